CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Numbered from the plainest object on, so that the first rows of any list are its best.
CREATE TABLE asset (
    row_id INTEGER PRIMARY KEY,
    asset_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    noun TEXT NOT NULL,
    category TEXT NOT NULL,
    pack TEXT NOT NULL,
    asset_path TEXT NOT NULL,
    source_url TEXT NOT NULL,
    tags TEXT NOT NULL,
    attributes TEXT NOT NULL,
    file_size_mb REAL NOT NULL,
    words TEXT NOT NULL,
    folder_words TEXT NOT NULL,
    -- Metres: measured, else the category's default.
    size_x REAL NOT NULL,
    size_y REAL NOT NULL,
    size_z REAL NOT NULL,
    is_measured INTEGER NOT NULL DEFAULT 0,
    unusable TEXT,
    -- The row that stands for the same object of another pack, and the place in line to be it.
    twin_of INTEGER REFERENCES asset (row_id),
    twin_rank INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX asset_noun ON asset (noun) WHERE unusable IS NULL;
CREATE INDEX asset_twin ON asset (twin_of) WHERE twin_of IS NOT NULL;
CREATE INDEX asset_surroundings ON asset (category, noun)
    WHERE category IN ('effect', 'environment');
CREATE INDEX asset_name ON asset (name COLLATE NOCASE);

-- Usable objects that can be placed, each once.
CREATE TABLE noun (
    noun TEXT PRIMARY KEY,
    object_count INTEGER NOT NULL,
    plainest_row INTEGER NOT NULL
) WITHOUT ROWID;

-- Words of names, nouns, folders and tags; named_count is of names and nouns alone.
CREATE TABLE term (
    term TEXT PRIMARY KEY,
    object_count INTEGER NOT NULL,
    named_count INTEGER NOT NULL
) WITHOUT ROWID;

-- The other files of an object, in the order in which they would be placed.
CREATE TABLE variant (
    variant_id INTEGER PRIMARY KEY,
    asset_id TEXT NOT NULL UNIQUE,
    row_id INTEGER NOT NULL REFERENCES asset (row_id)
);

CREATE INDEX variant_row ON variant (row_id);

-- kind is the whole noun as one token, spelling the name in one, code its part codes and lengths.
CREATE VIRTUAL TABLE asset_fts USING fts5 (
    name,
    noun,
    kind,
    attribute,
    folder,
    tag,
    spelling,
    code,
    content = '',
    tokenize = 'unicode61 remove_diacritics 2'
);
