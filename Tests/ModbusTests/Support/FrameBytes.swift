import Devices

@testable import Modbus

/// A Modbus/TCP frame as a test or a server in a test writes it.
struct FrameBytes: Hashable {
  var transaction: UInt16
  var unit: UInt8
  var pdu: [UInt8]

  var bytes: [UInt8] {
    let length = pdu.count + 1
    return [
      UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), unit,
    ] + pdu
  }

  /// The whole frames at the beginning of the bytes.
  static func all(in bytes: [UInt8]) throws -> [FrameBytes] {
    try bytes.withUnsafeBytes { bytes in
      var frames: [FrameBytes] = []
      var start = 0
      while let frame = try TCPFrame.next(in: bytes, from: start) {
        frames.append(FrameBytes(transaction: frame.transaction, unit: frame.unit, pdu: Array(frame.pdu)))
        start = frame.end
      }
      return frames
    }
  }
}

/// An RTU frame with its checksum.
func rtuBytes(_ unit: UInt8, _ pdu: [UInt8]) -> [UInt8] {
  let body = [unit] + pdu
  let crc = RTUFrame.crc(body)
  return body + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
}

/// The verdict of the matcher with its data copied, so that it outlives the bytes.
enum TestVerdict: Equatable {
  case data([UInt8])
  case written
  case exception(UInt8)
  case mismatch(String)

  init(_ unit: UInt8, _ pdu: [UInt8], _ request: LinkRequest, _ requestedUnit: UInt8) {
    self = pdu.withUnsafeBytes { pdu in
      switch ReplyMatcher.verdict(unit: unit, pdu: pdu, request: request, requestedUnit: requestedUnit) {
      case .data(let data): .data(Array(data))
      case .written: .written
      case .exception(let code): .exception(code)
      case .mismatch(let reason): .mismatch(reason)
      }
    }
  }
}

extension PollBoard {
  /// What a reply carries, as a test writes it.
  mutating func complete(_ turn: Turn, data: [UInt8], elapsed: Int64 = 1_000, now: ClockReading) {
    data.withUnsafeBytes { complete(turn, .data($0), elapsed: elapsed, now: now) }
  }

  mutating func complete(_ turn: Turn, _ outcome: Outcome, now: ClockReading) {
    complete(turn, outcome, elapsed: 1_000, now: now)
  }
}

extension LinkMachine {
  /// What the machine wants done since it was asked last.
  mutating func takeActions() -> Actions {
    defer { actions.clear() }
    return actions
  }

  mutating func receive(_ bytes: [UInt8], connection: UInt64, now: ClockReading) {
    bytes.withUnsafeBytes { receive($0, connection: connection, now: now) }
  }
}
