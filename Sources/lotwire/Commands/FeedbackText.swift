import Console
import Glibc
import Shopfloor

/// Feedback in a terminal: a coloured band with shape and words, so that it is told apart without colour too, and a bell
/// where something was refused.
struct FeedbackText: Sendable {
  enum Style: Sendable {
    /// For a file or a pipe: no escape sequences, no bell.
    case plain
    case colour
  }

  /// Nil: that of the person at the station.
  var language: Language?
  var style: Style

  func lines(_ feedback: StationFeedback) -> String {
    let language = self.language ?? feedback.language
    let tone = Self.name(feedback.tone)
    let head = " \(Self.shape(feedback.icon)) \(tone.text(in: language)) "
    let words = displayable(feedback.words.text(in: language))
    var lines = ["\(Self.clock(feedback.at)) \(painted(head, feedback.colour)) \(words)"]
    if let read = feedback.read {
      lines.append(indented(Words("read: \(displayable(read))", "读到：\(displayable(read))").text(in: language)))
    }
    let facts =
      [feedback.station.text, feedback.person, feedback.run?.text].compactMap(\.self) + feedback.lots.map(\.text)
    lines.append(indented(displayable(facts.joined(separator: " · "))))
    if let awaited = feedback.awaited {
      let next = displayable(awaited.text(in: language))
      lines.append(indented(Words("next: \(next)", "下一步：\(next)").text(in: language)))
    }
    return lines.joined(separator: "\n") + bell(feedback.tone)
  }

  private func indented(_ text: String) -> String { "         " + text }

  private func bell(_ tone: StationFeedback.Tone) -> String {
    switch tone {
    case .refuse where style == .colour: "\u{7}"
    // Twice: more than a wrong label.
    case .alarm where style == .colour: "\u{7}\u{7}"
    default: ""
    }
  }

  // MARK: Colour and shape

  /// Select graphic rendition (ECMA-48, section 8.3.117).
  private func painted(_ text: String, _ colour: StationFeedback.Colour) -> String {
    guard style == .colour else { return "[" + text + "]" }
    let parameters =
      switch colour {
      case .grey: "7"
      case .green: "1;30;42"
      case .yellow: "1;30;43"
      case .red: "1;97;41"
      }
    return "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
  }

  private static func shape(_ icon: StationFeedback.Icon) -> String {
    switch icon {
    case .dot: "•"
    case .check: "✔"
    case .triangle: "▲"
    case .cross: "✘"
    case .bell: "◆"
    }
  }

  private static func name(_ tone: StationFeedback.Tone) -> Words {
    switch tone {
    case .silent: Words("NOTE", "提示")
    case .accept: Words("OK", "完成")
    case .attention: Words("LOOK", "注意")
    case .refuse: Words("NO", "拒绝")
    case .alarm: Words("ALARM", "报警")
    }
  }

  /// The time of day where the reader is.
  private static func clock(_ time: Timestamp) -> String {
    var seconds = time_t(time.microseconds / 1_000_000)
    var local = tm()
    localtime_r(&seconds, &local)
    func two(_ value: Int32) -> String { (value < 10 ? "0" : "") + String(value) }
    return "\(two(local.tm_hour)):\(two(local.tm_min)):\(two(local.tm_sec))"
  }
}
