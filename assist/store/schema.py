"""All tables together: what migrations bring a database to."""

from sqlmodel import SQLModel

from . import care_tables, door_tables, editing_tables, library_tables, remedy_tables, selling_tables, tables

PARTS = (tables, library_tables, remedy_tables, care_tables, editing_tables, door_tables, selling_tables)
"""The modules that declare rows: a table is known once its module was imported."""

METADATA = SQLModel.metadata
