/// How urgent an alarm is (ANSI/ISA-18.2-2016, alarm priority). Aimed at: about 5 % high, 15 % medium, 80 % low.
public enum AlarmPriority: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
  case low, medium, high

  public static func < (left: AlarmPriority, right: AlarmPriority) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    }
  }
}

/// What a violated specification limit leads to, beside its alarm.
public enum ViolationResponse: String, Hashable, Sendable, Codable, CaseIterable {
  /// The lots of the run are put on hold; the run goes on.
  case hold
  /// The lots are put on hold and the run ends unfinished at the violation.
  case stop
}

/// How alarms are handled at this line; nil in a plan: ``AlarmPolicy/init(causes:actions:escalation:maximumShelvingMicroseconds:)``.
public struct AlarmPolicy: Hashable, Sendable, Codable {
  /// The causes and actions a person chooses from when acknowledging; an empty list leaves the text free.
  public var causes: [ListedCode]
  public var actions: [ListedCode]
  /// Who is told when nobody acknowledges, in the order of time.
  public var escalation: [EscalationStep]
  /// Longest time an alarm may be shelved, in microseconds.
  public var maximumShelvingMicroseconds: Int64

  public static let defaultMaximumShelvingMicroseconds: Int64 = 8 * 3_600_000_000

  public init(
    causes: [ListedCode] = [], actions: [ListedCode] = [], escalation: [EscalationStep] = [],
    maximumShelvingMicroseconds: Int64 = AlarmPolicy.defaultMaximumShelvingMicroseconds
  ) {
    self.causes = causes
    self.actions = actions
    self.escalation = escalation
    self.maximumShelvingMicroseconds = maximumShelvingMicroseconds
  }
}

extension AlarmPolicy {
  /// The rungs that are due for an alarm of this priority, without those reached already.
  ///
  /// - Parameter waited: how long nobody has acknowledged it, in microseconds.
  func rungs(above reached: Int, for priority: AlarmPriority, waited: Int64) -> [(level: Int, step: EscalationStep)] {
    escalation.enumerated().dropFirst(reached).filter { _, step in
      priority >= step.minimumPriority && waited >= step.afterMicroseconds
    }.map { ($0.offset + 1, $0.element) }
  }

  /// After how long an alarm of this priority reaches its next rung; nil: never.
  func nextRung(above reached: Int, for priority: AlarmPriority) -> Int64? {
    escalation.dropFirst(reached).filter { priority >= $0.minimumPriority }.map(\.afterMicroseconds).min()
  }
}

/// An entry of a controlled list.
public struct ListedCode: Hashable, Sendable, Codable {
  /// Short and stable: "TOOL-WEAR".
  public var code: String
  public var words: Words

  /// Longest code, in characters.
  public static let maximumCodeLength = 32

  /// Letters, digits, "-", "_" and "." of ASCII: what is typed on any keyboard, and nothing that ends a code in a text.
  public static func isCode(_ text: String) -> Bool {
    (1...maximumCodeLength).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }

  public init(code: String, words: Words) {
    self.code = code
    self.words = words
  }
}

/// One rung of the ladder: an alarm that stays unacknowledged for so long is escalated to this level.
public struct EscalationStep: Hashable, Sendable, Codable {
  public var afterMicroseconds: Int64
  /// Who is meant: "shift leader". Notifications may ask for a level.
  public var to: String
  /// Alarms below this priority are not escalated so far.
  public var minimumPriority: AlarmPriority

  public init(afterMicroseconds: Int64, to: String, minimumPriority: AlarmPriority = .low) {
    self.afterMicroseconds = afterMicroseconds
    self.to = to
    self.minimumPriority = minimumPriority
  }
}
