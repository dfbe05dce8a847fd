-- The extension is named after this folder.
local ext = get_current_extension_info()
project_ext(ext)

-- config/ is linked by project_ext.
repo_build.prebuild_link {
    { "clappper", ext.target_dir.."/clappper" },
}
repo_build.prebuild_copy {
    { "README.md", ext.target_dir.."/README.md" },
}
