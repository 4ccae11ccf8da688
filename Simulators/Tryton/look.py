"""Looks into the database of a Tryton, which may be running.

    look.py dump DATABASE            prints every row of the business as a line of text
    look.py refused DATABASE LOGIN   prints how many refused log-ins of a user Tryton counts
"""

import hashlib
import os
import re
import sqlite3
import sys

# What Tryton notes of its own running (sessions, log-ins, caches, its log, warnings, tasks) and what its modules brought.
NOT_BUSINESS = re.compile(
    r"^(ir_session.*|res_user_login_attempt|res_user_device.*|res_user_warning|ir_cache|ir_error|ir_queue|ir_cron.*|"
    r"ir_calendar.*|ir_message|ir_model.*|ir_ui.*|ir_action.*|ir_module.*|ir_rule.*|ir_translation|ir_lang|ir_icon|"
    r"country.*|party_address_.*|account_account.*template.*|sqlite_.*)$")



def dump(path):
    """One line for each row: table, then its columns; who wrote it when included, so that a rewrite shows."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
    for table in tables:
        if NOT_BUSINESS.match(table):
            continue
        rows = connection.execute(f'SELECT * FROM "{table}" ORDER BY 1')
        columns = [column[0] for column in rows.description]
        for row in rows:
            print(table, *(f"{column}={value!r}" for column, value in zip(columns, row) if value is not None))
    # Attachments lie beside the database.
    files = os.path.splitext(path)[0]
    for folder, _, names in sorted(os.walk(files)):
        for name in sorted(names):
            with open(os.path.join(folder, name), "rb") as file:
                print("file", name, hashlib.sha256(file.read()).hexdigest())


def refused(path, login):
    """No user of Tryton may read this table, not even the administrator."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
    (count,) = connection.execute("SELECT count(*) FROM res_user_login_attempt WHERE login = ?", (login,)).fetchone()
    print(count)


if __name__ == "__main__":
    if sys.argv[1] == "dump":
        dump(sys.argv[2])
    else:
        refused(sys.argv[2], sys.argv[3])
