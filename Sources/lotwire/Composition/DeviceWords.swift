import Console
import Devices
import Foundation
import Modbus
import Shopfloor

extension DeviceValues.Value {
  init(_ value: ModbusPointValue, of profile: DeviceProfile) {
    let point = profile.point(value.point)
    self.init(
      point: value.point, text: PointText.text(value, point), quality: value.quality.name,
      words: PointText.hexadecimal(value.words))
  }
}

/// A value of a device as a person compares it with a display.
enum PointText {
  static func text(_ value: ModbusPointValue, _ point: ProfilePoint?) -> String {
    if let text = value.text { return "\"\(text)\"" }
    guard let number = value.value else { return "no value (\(value.quality.name)\(detail(value)))" }
    let unit = point.map { $0.unit.isEmpty ? "" : " \($0.unit)" } ?? ""
    if case .dateTime = point?.type {
      // The end of the year 9999; what lies beyond is no date that a device means.
      guard abs(number) < 253_402_300_800 else { return "no date (\(plain(number)) s)" }
      return Timestamp(microseconds: Int64(number * 1_000_000)).description
    }
    let words = point?.words(of: number).map {
      $0.english == $0.chinese ? " (\($0.english))" : " (\($0.english) / \($0.chinese))"
    }
    return plain(number) + unit + (words ?? "")
  }

  private static func detail(_ value: ModbusPointValue) -> String {
    guard value.detail != 0 else { return "" }
    return value.quality == .badDeviceException ? " \(value.detail)" : ", number \(value.detail)"
  }

  /// Seven significant digits, as many as a binary32 is sure of; a whole number in full.
  static func plain(_ number: Double) -> String {
    if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
    return String(format: "%.7g", number)
  }

  static func hexadecimal(_ words: [UInt16]) -> String {
    words.map { word in
      let digits = String(word, radix: 16, uppercase: true)
      return String(repeating: "0", count: 4 - digits.count) + digits
    }.joined(separator: " ")
  }
}

extension DeviceWriteReport {
  init(_ outcome: ModbusWriteOutcome, of write: DeviceWrite, at time: Timestamp) {
    let name = "\(write.point) of \(write.device)"
    let wanted = PointText.plain(write.value)
    let found = outcome.readBackValue.map(PointText.plain) ?? "nothing"
    let (kind, detail): (Outcome, String) =
      switch outcome.result {
      case .confirmed: (.confirmed, "\(name) is \(wanted), read back")
      case .accepted(nil): (.confirmed, "\(name): the device took \(wanted); it cannot be read back")
      case .accepted(let reason?):
        (
          .unknown,
          "\(name): the device took \(wanted), but it could not be read back: \(reason). Read it at the device"
        )
      case .mismatch: (.mismatch, "\(name): \(wanted) was written and \(found) read back. Check what limits the value")
      case .refused(let code):
        (
          .refused,
          "\(name): the device refused the write with exception \(code). Check whether writing is enabled there"
        )
      case .unknown(let reason):
        (.unknown, "\(name): \(reason). Whether it was written is not known; read it at the device")
      case .denied(let reason): (.refused, "\(name) was not written: \(reason)")
      }
    self.init(
      id: write.id, outcome: kind, oldValue: outcome.oldValue, readBack: outcome.readBackValue, detail: detail, at: time
    )
  }
}
