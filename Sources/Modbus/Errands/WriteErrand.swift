import Devices

/// Writes one point: what stands there is read, then written, then read back and compared. Nothing is ever written twice:
/// where no answer comes, whether it was done is not known, and a person decides.
struct WriteErrand: Sendable {
  private enum Step: Hashable, Sendable { case readOld, write, readBack }

  let point: WritePoint
  let value: Double
  /// The point as it is read.
  private let read: ReadBlock
  private var step: Step
  private var toWrite: WriteRequest?
  private var outcome: ModbusWriteOutcome
  private var isSent = false

  init(point: WritePoint, value: Double) {
    self.point = point
    self.value = value
    let asRead = PointEncoder.readPoint(point)
    read = ReadBlock(
      request: ReadRequest(table: point.table, address: point.address, count: point.addressCount),
      points: [MappedPoint(point: asRead, parameters: [ParameterIndex(0)])])
    step = point.isReadBack || Self.isOneBit(point) ? .readOld : .write
    outcome = ModbusWriteOutcome(point: point.name, value: value, result: .unknown("nothing was asked"))
    if step == .write { prepare(currentWord: nil) }
  }

  /// Why the value may not be written to the point of this installation; nil where it may.
  static func denial(point: WritePoint, value: Double, isAllowed: Bool, rules: RequestRules) -> String? {
    guard isAllowed else { return "writing \"\(point.name)\" is not allowed by the configuration of this device" }
    if let denied = rules.deniedRanges.first(where: {
      $0.range.table == point.table && $0.range.addresses.overlaps(point.addresses)
    }) {
      return "the profile forbids these addresses: \(denied.reason)"
    }
    do throws(WriteRefusal) {
      _ = try PointEncoder.encode(value, for: point, currentWord: 0)
      return nil
    } catch {
      return error.description
    }
  }

  /// What is asked now. A write that was taken counts as sent.
  mutating func takeRequest() -> LinkRequest {
    guard step == .write, let toWrite else { return .read(read.request) }
    isSent = true
    return .write(toWrite)
  }

  mutating func take(_ answer: PollBoard.Outcome, now: ClockReading) -> ModbusWriteOutcome? {
    switch step {
    case .readOld: return takeOld(answer, now)
    case .write: return takeEcho(answer)
    case .readBack: return takeReadBack(answer, now)
    }
  }

  /// What is known where nothing more is asked; nil where nothing was sent.
  func cutShort(_ fault: ModbusErrandFault) -> ModbusWriteOutcome? {
    guard isSent else { return nil }
    var outcome = outcome
    outcome.result = step == .write ? .unknown(fault.description) : .accepted(unreadBecause: fault.description)
    return outcome
  }

  // MARK: Inside

  private mutating func takeOld(_ answer: PollBoard.Outcome, _ now: ClockReading) -> ModbusWriteOutcome? {
    guard case .data(let data) = answer else {
      return denied("what stands there now could not be read: \(Self.words(of: answer))")
    }
    (outcome.oldValue, outcome.oldWords) = decode(data, now)
    if let denial = prepare(currentWord: outcome.oldWords.first) { return denied(denial) }
    step = .write
    return nil
  }

  private mutating func takeEcho(_ answer: PollBoard.Outcome) -> ModbusWriteOutcome? {
    switch answer {
    case .written:
      guard point.isReadBack else { return finish(.accepted(unreadBecause: nil)) }
      step = .readBack
      return nil
    case .exception(let code) where !UnitFault.comesFromGateway(code) && code != 5:
      return finish(.refused(exception: code))
    case .data: preconditionFailure("the matcher gave data in answer to a write")
    default: return finish(.unknown(Self.words(of: answer)))
    }
  }

  private mutating func takeReadBack(_ answer: PollBoard.Outcome, _ now: ClockReading) -> ModbusWriteOutcome? {
    guard case .data(let data) = answer else { return finish(.accepted(unreadBecause: Self.words(of: answer))) }
    (outcome.readBackValue, outcome.readBackWords) = decode(data, now)
    let isAsWritten =
      Self.isOneBit(point) ? outcome.readBackValue == value : outcome.readBackWords == outcome.writtenWords
    return finish(isAsWritten ? .confirmed : .mismatch)
  }

  /// Works out what is written; returns why not.
  @discardableResult private mutating func prepare(currentWord: UInt16?) -> String? {
    do throws(WriteRefusal) {
      switch try PointEncoder.encode(value, for: point, currentWord: currentWord) {
      case .coil(let isOn):
        toWrite = WriteRequest(address: point.address, values: point.function == .single ? .coil(isOn) : .coils([isOn]))
        outcome.writtenWords = [isOn ? 1 : 0]
      case .registers(let words):
        let isSingle = point.function == .single && words.count == 1
        toWrite = WriteRequest(address: point.address, values: isSingle ? .register(words[0]) : .registers(words))
        outcome.writtenWords = words
      }
      return nil
    } catch {
      return error.description
    }
  }

  private func denied(_ reason: String) -> ModbusWriteOutcome {
    var outcome = outcome
    outcome.result = .denied(reason)
    return outcome
  }

  private func finish(_ result: ModbusWriteOutcome.Result) -> ModbusWriteOutcome {
    var outcome = outcome
    outcome.result = result
    return outcome
  }

  private func decode(_ data: UnsafeRawBufferPointer, _ now: ClockReading) -> (Double?, [UInt16]) {
    var decoder = PollDecoder(ReadPlan(blocks: [read]), at: now.utc)
    decoder.accept(0, data: data, at: now.utc)
    let reading = decoder.takeResult().readings.first
    let value = reading.flatMap { $0.quality.hasValue ? $0.value : nil }
    guard point.table.holdsRegisters else { return (value, [UInt16(data[0] & 1)]) }
    return (value, (0..<point.addressCount).map { UInt16(data[$0 * 2]) << 8 | UInt16(data[$0 * 2 + 1]) })
  }

  private static func isOneBit(_ point: WritePoint) -> Bool {
    if case .bit = point.type { return true }
    return false
  }

  private static func words(of answer: PollBoard.Outcome) -> String {
    switch answer {
    case .exception(let code): "exception \(code): \(UnitFault.meaning(code))"
    case .timeout: "no answer in time"
    case .malformed(let reason): "a wrong reply: \(reason)"
    case .lost(let reason), .interrupted(let reason): "the connection was lost: \(reason)"
    case .data, .written: "an answer"
    }
  }
}
