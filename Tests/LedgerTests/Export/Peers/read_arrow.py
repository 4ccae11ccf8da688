"""Prints an Arrow IPC file as a line for each row, read by pyarrow; the first two lines are its schema and its batches."""
import sys

import pyarrow
import pyarrow.ipc

with pyarrow.ipc.open_file(pyarrow.memory_map(sys.argv[1])) as file:
    table = file.read_all()
    table.validate(full=True)
    print(" ".join(f"{field.name}:{field.type}" for field in table.schema))
    print(file.num_record_batches, table.schema.metadata[b"lotwire.scope"].decode())
    columns = [table.column(name) for name in table.column_names]
    columns[0] = columns[0].cast(pyarrow.int64())
    for row in zip(*(column.to_pylist() for column in columns)):
        print("|".join("" if cell is None else cell.hex() if isinstance(cell, float) else str(cell) for cell in row))
