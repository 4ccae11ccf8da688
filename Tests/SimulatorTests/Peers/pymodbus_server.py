"""Serves fixed values with pymodbus; encodes them with its own converters.

usage: pymodbus_server.py tcp PORT | rtu-over-tcp PORT | serial TTY

Holding registers from address 100, the same as input registers from 200, coils and discrete inputs from 0 for units
1 and 2; unit 2 has every number negated.
"""

import asyncio
import sys

from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient
from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ModbusSerialServer, ModbusTcpServer

convert = ModbusTcpClient.convert_to_registers
Type = ModbusTcpClient.DATATYPE


def registers(sign):
    words = []
    words += convert(sign * 1234, Type.INT16)  # 100
    words += convert(sign * 123.456, Type.FLOAT32, word_order="big")  # 101
    words += convert(sign * 123.456, Type.FLOAT32, word_order="little")  # 103
    words += convert(sign * 70000, Type.INT32, word_order="big")  # 105
    words += convert(sign * 70000, Type.INT32, word_order="little")  # 107
    words += convert(54321, Type.UINT16)  # 109
    words += convert(3000000000, Type.UINT32, word_order="big")  # 110
    words += convert(sign * 1.25e100, Type.FLOAT64, word_order="big")  # 112
    words += convert(sign * 1.25e100, Type.FLOAT64, word_order="little")  # 116
    words += convert(sign * 5000000000, Type.INT64, word_order="big")  # 120
    words += convert("Lot 42", Type.STRING)  # 124 to 126
    return words


def device(sign):
    # The first address of a sequential block is counted from 1.
    words = registers(sign)
    bits = [True, False, False, True, True, False, True, False, True, True]
    return ModbusDeviceContext(
        hr=ModbusSequentialDataBlock(101, words),
        ir=ModbusSequentialDataBlock(201, words),
        co=ModbusSequentialDataBlock(1, bits),
        di=ModbusSequentialDataBlock(1, bits[::-1]),
    )


async def main():
    context = ModbusServerContext(devices={1: device(1), 2: device(-1)}, single=False)
    if sys.argv[1] == "serial":
        server = ModbusSerialServer(context, port=sys.argv[2], baudrate=115200, parity="N", framer=FramerType.RTU)
    else:
        framer = FramerType.RTU if sys.argv[1] == "rtu-over-tcp" else FramerType.SOCKET
        server = ModbusTcpServer(context, address=("127.0.0.1", int(sys.argv[2])), framer=framer)
    await server.serve_forever(background=True)
    print("serving", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
