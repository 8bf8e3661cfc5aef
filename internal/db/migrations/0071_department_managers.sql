-- +goose Up
-- The members who read the candidates and interviews of all positions of a department.
CREATE TABLE department_managers (
    corp_id    TEXT NOT NULL,
    department TEXT NOT NULL, -- as positions have it
    user_id    TEXT NOT NULL,
    named_by   TEXT NOT NULL, -- userid
    named_at   {{.Time}} NOT NULL,
    PRIMARY KEY (corp_id, department, user_id)
);
CREATE INDEX department_managers_user ON department_managers (corp_id, user_id);

-- The version of the hiring managers of a department; one that has never had any has no row.
CREATE TABLE department_manager_versions (
    corp_id    TEXT NOT NULL,
    department TEXT NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (corp_id, department)
);
CREATE INDEX positions_department ON positions (corp_id, department);
