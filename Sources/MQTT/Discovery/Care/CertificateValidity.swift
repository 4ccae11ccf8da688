import Foundation
public import Shopfloor

/// From when to when a certificate holds, read from its DER bytes (X.509, RFC 5280 section 4.1). Reads nothing else of it
/// and believes nothing: whether a certificate is good is decided by TLS. Pure.
public struct CertificateValidity: Hashable, Sendable {
  public var notBefore: Timestamp
  public var notAfter: Timestamp

  /// - Returns: nil where the bytes are no certificate.
  public init?(der bytes: [UInt8]) {
    var outer = DERReader(bytes[...])
    guard var certificate = outer.content(of: DERReader.sequence),
      var body = certificate.content(of: DERReader.sequence)
    else { return nil }
    // version [0] is left out in certificates of version 1.
    if body.nextTag == DERReader.version { _ = body.content(of: DERReader.version) }
    guard body.content(of: DERReader.integer) != nil, body.content(of: DERReader.sequence) != nil,
      body.content(of: DERReader.sequence) != nil, var validity = body.content(of: DERReader.sequence),
      let from = validity.time(), let until = validity.time()
    else { return nil }
    notBefore = from
    notAfter = until
  }

  /// The certificates of a PEM text (RFC 7468), one after the other; what is none is left out.
  public static func all(inPEM text: String) -> [CertificateValidity] {
    text.components(between: "-----BEGIN CERTIFICATE-----", and: "-----END CERTIFICATE-----").compactMap { base64 in
      Data(base64Encoded: base64, options: .ignoreUnknownCharacters).flatMap { CertificateValidity(der: Array($0)) }
    }
  }

  /// Whole days until it ends; negative where it has ended.
  public func daysLeft(at now: Timestamp) -> Int {
    Int((Double(notAfter.microseconds(since: now)) / 86_400e6).rounded(.down))
  }
}

/// Walks over DER (ITU-T X.690): a tag, a length, the content.
private struct DERReader {
  static let sequence: UInt8 = 0x30
  static let integer: UInt8 = 0x02
  static let version: UInt8 = 0xA0
  static let utcTime: UInt8 = 0x17
  static let generalizedTime: UInt8 = 0x18

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var nextTag: UInt8? { rest.first }

  mutating func content(of tag: UInt8) -> DERReader? {
    guard rest.first == tag, rest.count >= 2 else { return nil }
    let first = rest[rest.startIndex + 1]
    var start = rest.startIndex + 2
    var length = Int(first)
    if first >= 0x80 {
      let digits = Int(first & 0x7F)
      guard (1...3).contains(digits), rest.endIndex - start >= digits else { return nil }
      length = rest[start..<(start + digits)].reduce(0) { $0 << 8 | Int($1) }
      start += digits
    }
    guard rest.endIndex - start >= length else { return nil }
    let content = rest[start..<(start + length)]
    rest = rest[(start + length)...]
    return DERReader(content)
  }

  /// `YYMMDDHHMMSSZ` from 1950 to 2049, or `YYYYMMDDHHMMSSZ` (RFC 5280 section 4.1.2.5).
  mutating func time() -> Timestamp? {
    let isLong = nextTag == Self.generalizedTime
    guard let content = content(of: isLong ? Self.generalizedTime : Self.utcTime) else { return nil }
    var text = String(decoding: content.rest, as: UTF8.self)
    guard text.utf8.count == (isLong ? 15 : 13), text.hasSuffix("Z") else { return nil }
    if !isLong { text = (text < "5" ? "20" : "19") + text }
    let parts = Array(text)
    func part(_ range: Range<Int>) -> String { String(parts[range]) }
    return Timestamp(
      iso8601: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z")
  }
}

extension String {
  fileprivate func components(between start: String, and end: String) -> [String] {
    var found: [String] = []
    var rest = self[...]
    while let begin = rest.range(of: start), let stop = rest[begin.upperBound...].range(of: end) {
      found.append(String(rest[begin.upperBound..<stop.lowerBound]))
      rest = rest[stop.upperBound...]
    }
    return found
  }
}
