-- Build scripts of NVIDIA's repo tools, fetched by repo.sh or repo.bat of a kit-app-template project.
repo_build = require("omni/repo/build")
root = repo_build.get_abs_path(".")

kit = require("_repo/deps/repo_kit_tools/kit-template/premake5-kit")
kit.setup_all({ cppdialect = "C++17" })

-- setup_all includes what lies below source/extensions; our extensions lie below exts/.
for _, folder in ipairs(os.matchdirs(root.."/exts/*")) do
    if os.isfile(folder.."/premake5.lua") then
        include(folder)
    end
end

-- The app finds the extensions at ${app}/../exts, in the build as in the clone.
repo_build.prebuild_copy {
    { "config/clappper.kit", bin_dir.."/config/clappper.kit" },
}
define_app("clappper.kit", { subfolder = "config" })
