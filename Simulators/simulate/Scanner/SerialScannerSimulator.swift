import Devices
import Foundation
import Shopfloor

/// A hand scanner in host-acknowledge mode with its operator: shows a label, waits for the beep, and scans again when
/// none comes.
struct SerialScannerSimulator {
  static let terminator: UInt8 = 0x0D
  static let acceptedByte: UInt8 = 0x06
  static let refusedByte: UInt8 = 0x15

  let terminal: PseudoTerminal
  let journal: ScanJournal
  let answerPatienceMicroseconds: Int64
  let isStopping: () -> Bool
  private let clock = SystemClock()
  private(set) var scans = 0
  private(set) var repeats = 0

  init(
    terminal: PseudoTerminal, journal: ScanJournal, answerPatienceMicroseconds: Int64,
    isStopping: @escaping () -> Bool
  ) {
    self.terminal = terminal
    self.journal = journal
    self.answerPatienceMicroseconds = answerPatienceMicroseconds
    self.isStopping = isStopping
  }

  /// Scans a label until it is answered; nil where the simulator was stopped first.
  mutating func scan(_ text: String) throws -> ScanOutcome? {
    var attempts = 0
    let sent = clock.now().utc.microseconds
    while !isStopping() {
      // What is still unread is an earlier attempt, and a late answer belongs to it: neither may meet this one.
      terminal.discardUnread()
      attempts += 1
      if !terminal.send(Array(text.utf8) + [Self.terminator]) { say("nobody reads the tty") }
      if let outcome = awaitAnswer() {
        let answered = clock.now().utc.microseconds
        scans += 1
        repeats += attempts - 1
        try journal.add(sent: sent, text: text, outcome: outcome, answered: answered, repeats: attempts - 1)
        if attempts > 1 { awaitQuiet() }
        say("\(outcome.rawValue): \(text)\(attempts > 1 ? " (scanned \(attempts) times)" : "")")
        return outcome
      }
      if !isStopping() { say("no answer to: \(text); scanning it again") }
    }
    return nil
  }

  private func awaitAnswer() -> ScanOutcome? {
    let end = clock.now().monotonicMicroseconds + answerPatienceMicroseconds
    while !isStopping() {
      let rest = end - clock.now().monotonicMicroseconds
      if rest <= 0 { return nil }
      for byte in terminal.receive(milliseconds: Int32(min(rest / 1000 + 1, 200))) {
        if byte == Self.acceptedByte { return .accepted }
        if byte == Self.refusedByte { return .refused }
      }
    }
    return nil
  }

  /// Every attempt that was read is answered in the end: what still comes belongs to this label, not to the next one.
  private func awaitQuiet() {
    let patience = Int32(min(answerPatienceMicroseconds / 1000, 2000))
    while !isStopping(), !terminal.receive(milliseconds: patience).isEmpty {}
  }

  /// Waits as a step of the script; returns early when the simulator is stopped.
  func wait(microseconds: Int64) {
    let end = clock.now().monotonicMicroseconds + microseconds
    while !isStopping() {
      let rest = end - clock.now().monotonicMicroseconds
      if rest <= 0 { return }
      usleep(UInt32(min(rest, 100_000)))
    }
  }

  func say(_ text: String) { FileHandle.standardOutput.write(Data("simulate scanner: \(text)\n".utf8)) }
}
