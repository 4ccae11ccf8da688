/// The reports a HID POS scanner sends for a label: id 2, length, AIM identifier, 56 bytes, symbology, more to come.
enum PointOfSaleReports {
  static func scanning(_ text: String, aim: String = "]d1") -> [[UInt8]] {
    let bytes = Array(text.utf8)
    let starts = stride(from: 0, to: max(1, bytes.count), by: 56)
    return starts.map { start in
      let piece = bytes[start..<min(start + 56, bytes.count)]
      var report = [UInt8](repeating: 0, count: 64)
      report[0] = 2
      report[1] = UInt8(piece.count)
      report.replaceSubrange(2..<5, with: Array(aim.utf8))
      report.replaceSubrange(5..<(5 + piece.count), with: piece)
      report[61] = UInt8(ascii: "w")
      report[63] = start + 56 < bytes.count ? 1 : 0
      return report
    }
  }
}
