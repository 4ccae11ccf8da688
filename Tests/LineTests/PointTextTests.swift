import Devices
import Modbus
import Shopfloor
import Testing

@testable import lotwire

@Suite("Values of devices in words")
struct PointTextTests {
  @Test(
    "a number that is no date is shown as none",
    arguments: [(0, "1970-01-01"), (253_402_300_799, "9999-12-31"), (253_402_300_800, "no date"), (1.8e19, "no date")]
      as [(Double, String)])
  func date(seconds: Double, begins: String) {
    let point = ProfilePoint(
      name: "clock", table: .holding, address: 0, type: .dateTime(DateTimeLayout(form: .unixSeconds(registers: 4))))
    let value = ModbusPointValue(point: "clock", quality: .good, value: seconds, time: Timestamp(microseconds: 0))
    #expect(PointText.text(value, point).hasPrefix(begins))
  }
}
