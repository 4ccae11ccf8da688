import Console
import Devices
import Foundation
import Glibc
import Ledger
import Shopfloor

/// How a command ended that did not do what was asked: the sentence for the person and the exit status.
struct CommandFailure: Error {
  var text: String
  var status: Int32

  init(_ text: String, _ status: Int32) {
    self.text = text
    self.status = status
  }

  /// Sorts an error of a room into the exit codes of sysexits(3).
  init(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let issues as DocumentIssues: self.init("\(issues)", EX_CONFIG)
    case let ledger as LedgerError: self.init("\(ledger)", EX_IOERR)
    case let refusal as Refusal: self.init(refusal.words.english + "\n" + refusal.words.chinese, EX_NOPERM)
    case let console as ConsoleFault: self.init("\(console)", EX_UNAVAILABLE)
    default: self.init("\(error)", EX_SOFTWARE)
    }
  }
}

/// Runs a body and turns whatever it throws into a failure with an exit status.
func reporting<Value>(_ body: () async throws -> Value) async throws -> Value {
  do {
    return try await body()
  } catch {
    throw CommandFailure(error)
  }
}

func printError(_ text: String) {
  FileHandle.standardError.write(Data((text + "\n").utf8))
}

/// Prints at once, also into a pipe.
func printLine(_ text: String) {
  FileHandle.standardOutput.write(Data((text + "\n").utf8))
}
