import Shopfloor

extension Timestamp {
  /// ISO 8601 in UTC with microseconds; nil outside the years 1 to 9999, which XML Schema and RFC 3339 write otherwise.
  var rendered: String? {
    let text = description
    return text.utf8.count == 27 && text.utf8.first != UInt8(ascii: "-") && !text.hasPrefix("0000") ? text : nil
  }

  /// With milliseconds, the rest cut off: the precision that the hash of an EPCIS event is made with (CBV 2.0, 8.9.2).
  var renderedMilliseconds: String? { rendered.map { $0.dropLast(4) + "Z" } }
}
