import Foundation
import Glibc

/// A table that is drawn anew in place on a terminal, and not at all elsewhere.
struct LiveScreen {
  private let isTerminal: Bool
  private var drawnAt = ContinuousClock.now - .seconds(1)

  /// Between two drawings, in milliseconds.
  private static let drawMilliseconds: Int64 = 500

  init(isLive: Bool) { isTerminal = isLive && isatty(STDOUT_FILENO) == 1 }

  /// - Parameter text: gets the number of rows of the terminal.
  mutating func show(_ text: (Int) -> String) {
    guard isTerminal, .now - drawnAt >= .milliseconds(Self.drawMilliseconds) else { return }
    drawnAt = .now
    // ECMA-48: cursor to the upper left corner, the text, erase what is below.
    let lines = text(Self.rows).split(separator: "\n", omittingEmptySubsequences: false).map { $0 + "\u{1B}[K" }
    printBytes(Array(("\u{1B}[H" + lines.joined(separator: "\n") + "\u{1B}[J").utf8))
  }

  /// Clears the screen for what stays.
  func end() {
    if isTerminal { printBytes(Array("\u{1B}[H\u{1B}[J".utf8)) }
  }

  private static var rows: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 4 else { return 24 }
    return Int(size.ws_row)
  }
}
