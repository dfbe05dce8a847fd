CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

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
    words TEXT NOT NULL
);

CREATE INDEX asset_noun ON asset (noun);
CREATE INDEX asset_name ON asset (name COLLATE NOCASE);

CREATE TABLE variant (
    asset_id TEXT PRIMARY KEY,
    row_id INTEGER NOT NULL REFERENCES asset (row_id)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE asset_fts USING fts5 (
    name,
    noun,
    folder,
    tag,
    content = '',
    tokenize = 'unicode61 remove_diacritics 2'
);

CREATE VIRTUAL TABLE asset_term USING fts5vocab (asset_fts, row);
