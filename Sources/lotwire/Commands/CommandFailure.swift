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
  // Whoever closed standard error does not read why either.
  try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
}

/// Prints at once, also into a pipe.
func printLine(_ text: String) { printBytes(Array((text + "\n").utf8)) }

/// Writes to standard output. Where its reader has closed the pipe, the program ends quietly as others do that SIGPIPE
/// ends (status 128 + 13, the convention of shells): nobody reads the rest. Every other failure, such as a full disk, is
/// said: what was asked for is not there.
func printBytes(_ bytes: [UInt8]) {
  var sent = 0
  while sent < bytes.count {
    let count = bytes.withUnsafeBytes {
      Glibc.write(STDOUT_FILENO, $0.baseAddress?.advanced(by: sent), $0.count - sent)
    }
    if count >= 0 {
      sent += count
    } else if errno == EPIPE {
      Glibc.exit(128 + SIGPIPE)
    } else if errno != EINTR {
      printError("The output cannot be written: \(String(cString: strerror(errno))).")
      Glibc.exit(EX_IOERR)
    }
  }
}
