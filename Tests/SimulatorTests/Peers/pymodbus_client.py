"""Reads a device once with pymodbus and prints each reply as "table,address,words".

usage: pymodbus_client.py tcp HOST PORT | rtu-over-tcp HOST PORT | serial TTY
       then UNIT and any number of TABLE:ADDRESS:COUNT or write:TABLE:ADDRESS:VALUE
"""

import sys

from pymodbus import FramerType
from pymodbus.client import ModbusSerialClient, ModbusTcpClient


def connect(arguments):
    link = arguments.pop(0)
    if link == "serial":
        return ModbusSerialClient(arguments.pop(0), baudrate=115200, parity="N", timeout=5, retries=0)
    framer = FramerType.RTU if link == "rtu-over-tcp" else FramerType.SOCKET
    host, port = arguments.pop(0), int(arguments.pop(0))
    return ModbusTcpClient(host, port=port, framer=framer, timeout=5, retries=0)


def write(client, unit, table, address, value):
    if table == "coil":
        return client.write_coil(address, value != 0, device_id=unit)
    if value < 0:
        return client.write_registers(address, [-value, -value], device_id=unit)
    return client.write_register(address, value, device_id=unit)


def read(client, unit, table, address, count):
    calls = {
        "holding": client.read_holding_registers,
        "input": client.read_input_registers,
        "coil": client.read_coils,
        "discrete": client.read_discrete_inputs,
    }
    return calls[table](address, count=count, device_id=unit)


def main():
    arguments = sys.argv[1:]
    client = connect(arguments)
    if not client.connect():
        sys.exit("no connection")
    unit = int(arguments.pop(0))
    for argument in arguments:
        parts = argument.split(":")
        if parts[0] == "write":
            reply = write(client, unit, parts[1], int(parts[2]), int(parts[3]))
            print(f"write-{parts[1]},{parts[2]}," + (f"exception {reply.exception_code}" if reply.isError() else "done"))
            continue
        table, address, count = parts[0], int(parts[1]), int(parts[2])
        reply = read(client, unit, table, address, count)
        if reply.isError():
            words = [f"exception {reply.exception_code}"]
        elif table in ("holding", "input"):
            words = [f"{word:04X}" for word in reply.registers]
        else:
            words = [str(int(bit)) for bit in reply.bits[:count]]
        print(f"{table},{address},{' '.join(words)}")
    client.close()


main()
