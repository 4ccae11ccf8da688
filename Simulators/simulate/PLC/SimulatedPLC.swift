import Glibc

/// Answers Modbus requests for a number of heat sealers. Written without Lotwire's own Modbus code, so that a mistake
/// there cannot hide behind the same mistake here.
final class SimulatedPLC: Sendable {
  /// What to do with a request.
  enum Answer {
    case silence
    case reset
    case reply(pdu: [UInt8], waitSeconds: Double, byteGapSeconds: Double, transactionOffset: UInt16)
  }

  private let models: [SealerModel]
  private let scenario: SealerScenario
  private let journal: ReplyJournal?
  private let startMicroseconds: Int64

  init(scenario: SealerScenario, devices: Int, journal: ReplyJournal?) {
    self.scenario = scenario
    self.journal = journal
    models = (1...devices).map { SealerModel(scenario: scenario, unit: $0) }
    startMicroseconds = Self.microseconds(CLOCK_MONOTONIC)
  }

  var deviceCount: Int { models.count }

  /// - Parameter device: 1 to the number of devices.
  func answer(device: Int, pdu: [UInt8]) -> Answer {
    let elapsed = Double(Self.microseconds(CLOCK_MONOTONIC) - startMicroseconds) / 1_000_000
    let seconds = elapsed * scenario.speed
    let fault = scenario.faults.first { $0.isActive(unit: device, at: seconds) }
    switch fault?.kind {
    case .silence: return .silence
    case .reset: return .reset
    case .exception:
      return reply([(pdu.first ?? 0) | 0x80, UInt8(clamping: fault?.code ?? 4)])
    case .delay, .slowBytes, .wrongTransaction, nil: break
    }
    let sampled = Self.microseconds(CLOCK_REALTIME)
    let (data, shown) = read(pdu, models[device - 1].memory(at: seconds))
    if let shown {
      journal?.write(
        microseconds: sampled, unit: device, request: pdu, words: shown, fault: fault?.kind.rawValue ?? "")
    }
    return reply(data, fault)
  }

  private func reply(_ pdu: [UInt8], _ fault: SealerScenario.Fault? = nil) -> Answer {
    .reply(
      pdu: pdu, waitSeconds: fault?.kind == .delay ? fault?.delaySeconds ?? 0 : 0,
      byteGapSeconds: fault?.kind == .slowBytes ? fault?.delaySeconds ?? 0 : 0,
      transactionOffset: fault?.kind == .wrongTransaction ? 1 : 0)
  }

  /// The reply of a function 1 or 3, and what it shows for the journal; or an exception.
  private func read(_ pdu: [UInt8], _ memory: SealerModel.Memory) -> (pdu: [UInt8], shown: String?) {
    guard let function = pdu.first else { return ([0x80, 1], nil) }
    guard function == 1 || function == 3 else { return ([function | 0x80, 1], nil) }
    guard pdu.count == 5 else { return ([function | 0x80, 3], nil) }
    let address = Int(pdu[1]) << 8 | Int(pdu[2])
    let count = Int(pdu[3]) << 8 | Int(pdu[4])
    guard count > 0, count <= (function == 1 ? 2000 : 125) else { return ([function | 0x80, 3], nil) }
    let size = function == 1 ? memory.coils.count : memory.registers.count
    guard address + count <= size else { return ([function | 0x80, 2], nil) }
    if function == 1 {
      let bits = memory.coils[address..<(address + count)]
      var bytes = [UInt8](repeating: 0, count: (count + 7) / 8)
      for (index, bit) in bits.enumerated() where bit { bytes[index / 8] |= 1 << UInt8(index % 8) }
      return ([1, UInt8(bytes.count)] + bytes, bits.map { $0 ? "1" : "0" }.joined(separator: " "))
    }
    let words = memory.registers[address..<(address + count)]
    let shown = words.map { word in
      let digits = String(word, radix: 16, uppercase: true)
      return String(repeating: "0", count: 4 - digits.count) + digits
    }
    return (
      [3, UInt8(count * 2)] + words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }, shown.joined(separator: " ")
    )
  }

  static func microseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
