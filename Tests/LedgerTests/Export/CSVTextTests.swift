import Devices
import Shopfloor
import Testing

@testable import Ledger

@Suite("Comma-separated values")
struct CSVTextTests {
  @Test(
    "text is quoted where it must be, and is no formula",
    arguments: [
      ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("a\r\nb", "\"a\r\nb\""),
      ("=1+2", "'=1+2"), ("+49", "'+49"), ("-5", "'-5"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"),
      ("\rx", "\"'\rx\""), ("=A,B", "\"'=A,B\""), ("温度 °C", "温度 °C"), ("a=b", "a=b"),
    ])
  func text(text: String, field: String) {
    #expect(CSVText.text(text) == field)
  }

  @Test("numbers are read back as the same")
  func numbers() {
    for value in [0, -0.0, 0.1, -1.5, 1e300, Double.leastNonzeroMagnitude, 123_456_789.125] {
      #expect(Double(CSVText.number(value))?.bitPattern == value.bitPattern)
    }
    #expect(CSVText.number(nil) == "")
  }

  @Test("a line for each reading: times to the microsecond, no value where there is none")
  func lines() {
    let parameter = RegisteredParameter(
      index: ParameterIndex(4), station: "sealer", name: "temp", device: "plc,1", point: "t", unit: "-")
    var csv = ReadingCSV([parameter], runs: ["R-1"])
    let time = Timestamp(microseconds: 1_795_000_000_000_001)
    let lines = csv.lines(
      [
        Reading(parameter: parameter.index, time: time, value: -1.5, raw: 0xBFC0_0000, rawWordCount: 2),
        Reading(parameter: parameter.index, time: time, quality: .badDeviceException, detail: 4),
        Reading(parameter: parameter.index, time: Timestamp(microseconds: -1), quality: .uncertainRetained, value: 2),
      ], [0, nil, nil])
    #expect(
      String(decoding: lines, as: UTF8.self) == """
        \(time),sealer,temp,'-,"plc,1",-1.5,good,,BFC00000,R-1\r
        \(time),sealer,temp,'-,"plc,1",,device_exception,4,,\r
        1969-12-31T23:59:59.999999Z,sealer,temp,'-,"plc,1",2.0,retained,,,\r

        """)
  }
}
