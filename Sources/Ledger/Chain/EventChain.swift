import Crypto
import Foundation
import Shopfloor

/// The canonical bytes of an event and the hash that chains it to the one before.
///
/// Canonical bytes: JSON with sorted keys, no white space and no escaped slashes, of sequence, time, monotonic, actor,
/// derived, kind, version and data. Hash: SHA-256 over the previous event's hash followed by these bytes; the first
/// event follows 32 zero bytes.
enum EventChain {
  static let genesis = [UInt8](repeating: 0, count: 32)
  /// Version of the payload forms; raised when a payload gets a field that old programs must not ignore.
  static let payloadVersion = 1

  struct Envelope: Encodable {
    var sequence: Int64
    var time: Timestamp
    var monotonic: Int64
    var actor: String
    var derived: Bool
    var event: Event

    enum Key: String, CodingKey { case actor, data, derived, kind, monotonic, sequence, time, version }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(actor, forKey: .actor)
      try event.encodePayload(to: container.superEncoder(forKey: .data))
      try container.encode(derived, forKey: .derived)
      try container.encode(event.kind, forKey: .kind)
      try container.encode(monotonic, forKey: .monotonic)
      try container.encode(sequence, forKey: .sequence)
      try container.encode(time, forKey: .time)
      try container.encode(EventChain.payloadVersion, forKey: .version)
    }
  }

  private struct StoredEnvelope: Decodable {
    var envelope: Envelope

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Envelope.Key.self)
      let version = try container.decode(Int.self, forKey: .version)
      guard version == EventChain.payloadVersion else {
        throw DecodingError.dataCorruptedError(
          forKey: .version, in: container, debugDescription: "payload version \(version) is not known")
      }
      envelope = Envelope(
        sequence: try container.decode(Int64.self, forKey: .sequence),
        time: try container.decode(Timestamp.self, forKey: .time),
        monotonic: try container.decode(Int64.self, forKey: .monotonic),
        actor: try container.decode(String.self, forKey: .actor),
        derived: try container.decode(Bool.self, forKey: .derived),
        event: try Event(
          kind: try container.decode(EventKind.self, forKey: .kind),
          payloadFrom: try container.superDecoder(forKey: .data)))
    }
  }

  static func makeEncoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  static func canonicalBytes(of envelope: Envelope, with encoder: JSONEncoder) throws -> [UInt8] {
    if let bytes = frequentBytes(of: envelope) { return bytes }
    return [UInt8](try encoder.encode(envelope))
  }

  static func hash(after previous: [UInt8], of bytes: [UInt8]) -> [UInt8] {
    var hasher = SHA256()
    hasher.update(data: previous)
    hasher.update(data: bytes)
    return [UInt8](hasher.finalize())
  }

  /// Reads an event back from its stored bytes.
  static func record(sequence: Int64, bytes: [UInt8], hash: [UInt8]) throws(LedgerError) -> EventRecord {
    do {
      let stored = try JSONDecoder().decode(StoredEnvelope.self, from: Data(bytes)).envelope
      guard stored.sequence == sequence else {
        throw LedgerError.chainBroken(sequence: sequence, reason: "its bytes say it is event \(stored.sequence)")
      }
      return EventRecord(
        sequence: sequence, time: stored.time, monotonicMicroseconds: stored.monotonic, actor: stored.actor,
        derived: stored.derived, event: stored.event, canonicalBytes: bytes, hash: hash)
    } catch let error as LedgerError {
      throw error
    } catch {
      throw .chainBroken(sequence: sequence, reason: "its bytes cannot be read: \(error)")
    }
  }

  static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
