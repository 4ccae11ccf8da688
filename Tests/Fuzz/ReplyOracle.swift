import Devices

@testable import Modbus

/// Reads the same stream once more, in the plainest way, and notes which words the machine may believe.
struct ReplyOracle {
  struct Place: Hashable {
    var unit: UInt8
    var table: RegisterTable
    var address: Int
  }

  /// Words (bits for coils) that came in frames which answered a request on its way.
  private(set) var believable: [Place: Set<UInt16>] = [:]
  private(set) var acceptedFrames = 0
  private var connection: UInt64 = 0
  private var buffer: [UInt8] = []
  private var waitingFor: LinkMachine.InFlight?

  /// Call before the machine gets the bytes.
  mutating func see(_ bytes: [UInt8], _ machine: LinkMachine, connection number: UInt64) {
    guard number == machine.connection, machine.state == .open else { return }
    if connection != number {
      connection = number
      buffer = []
      waitingFor = nil
    }
    switch machine.framing {
    case .tcp: seeTCP(bytes, machine.inFlight)
    case .rtu: seeRTU(bytes, machine.inFlight.first)
    }
  }

  mutating func forget() { believable.removeAll() }

  // MARK: Inside

  private mutating func seeTCP(_ bytes: [UInt8], _ inFlight: [LinkMachine.InFlight]) {
    buffer += bytes
    var waiting = inFlight
    while buffer.count >= 6 {
      let length = Int(buffer[4]) * 256 + Int(buffer[5])
      guard buffer[2] == 0, buffer[3] == 0, length >= 2, length <= 254 else { return }
      guard buffer.count >= 6 + length else { return }
      let frame = Array(buffer[..<(6 + length)])
      buffer.removeFirst(6 + length)
      let transaction = UInt16(frame[0]) * 256 + UInt16(frame[1])
      guard let place = waiting.firstIndex(where: { $0.transaction == transaction }) else { continue }
      let request = waiting.remove(at: place)
      believe(unit: frame[6], pdu: Array(frame[7...]), request)
    }
  }

  private mutating func seeRTU(_ bytes: [UInt8], _ inFlight: LinkMachine.InFlight?) {
    if inFlight?.turn != waitingFor?.turn || inFlight?.sentAt != waitingFor?.sentAt {
      buffer = []
      waitingFor = inFlight
    }
    guard let waiting = inFlight, case .read(let request) = waiting.turn.request else { return }
    buffer += bytes
    let length = 3 + request.replyByteCount + 2
    guard buffer.count >= length else { return }
    let frame = buffer[..<length]
    guard Self.checksum(frame.dropLast(2)) == UInt16(frame[length - 1]) * 256 + UInt16(frame[length - 2]) else {
      return
    }
    believe(unit: frame[0], pdu: Array(frame[1..<(length - 2)]), waiting)
    buffer = []
  }

  private mutating func believe(unit: UInt8, pdu: [UInt8], _ waiting: LinkMachine.InFlight) {
    guard case .read(let request) = waiting.turn.request, unit == waiting.turn.unit,
      pdu.count == request.replyByteCount + 2, pdu[0] == request.functionCode, Int(pdu[1]) == request.replyByteCount
    else { return }
    acceptedFrames += 1
    for offset in 0..<request.count {
      let word: UInt16
      if request.table.holdsRegisters {
        word = UInt16(pdu[2 + offset * 2]) * 256 + UInt16(pdu[3 + offset * 2])
      } else {
        word = UInt16(pdu[2 + offset / 8] >> UInt8(offset % 8) & 1)
      }
      let place = Place(unit: unit, table: request.table, address: request.address + offset)
      believable[place, default: []].insert(word)
    }
  }

  /// CRC-16 of Modbus, bit by bit (V1.02, 6.2.2).
  private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
    var crc: UInt16 = 0xFFFF
    for byte in bytes {
      crc ^= UInt16(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xA001 : crc >> 1 }
    }
    return crc
  }
}

extension ReplyOracle {
  /// Whether every word that a reading keeps, or the bit that it says, was in a frame that answered its request.
  func explains(_ reading: Reading, _ point: ProfilePoint, unit: UInt8) -> Bool {
    guard point.table.holdsRegisters else {
      return seen(point, unit, 0).contains { Double($0) == reading.value || point.scaleSource != nil }
    }
    let count = Int(reading.rawWordCount)
    return (0..<count).allSatisfy { index in
      let word = UInt16(truncatingIfNeeded: reading.raw >> UInt64((count - 1 - index) * 16))
      return seen(point, unit, index).contains(word)
    }
  }

  private func seen(_ point: ProfilePoint, _ unit: UInt8, _ offset: Int) -> Set<UInt16> {
    believable[Place(unit: unit, table: point.table, address: point.address + offset)] ?? []
  }
}
