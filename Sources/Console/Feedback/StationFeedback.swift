public import Shopfloor

/// What a station says to the person there: the answer to a scan, or something that happened to the station.
///
/// An answer is never told by colour alone: tone, colour, shape and words say the same.
public struct StationFeedback: Hashable, Sendable, Codable {
  /// The sound that goes with it.
  public enum Tone: String, Sendable, Codable, CaseIterable {
    /// How things stand; nobody asked, nothing sounds.
    case silent
    /// Carried out.
    case accept
    /// Look: something at this station changed, or the next step is not what the person expects.
    case attention
    /// Not carried out.
    case refuse
    /// The process is out of its limits.
    case alarm
  }

  /// Colours of ISO 3864-4 safety signs by their use: green go, yellow caution, red stop; grey where nothing is wanted.
  public enum Colour: String, Sendable, Codable, CaseIterable { case grey, green, yellow, red }

  /// The shape that tells the tones apart without colour.
  public enum Icon: String, Sendable, Codable, CaseIterable { case dot, check, triangle, cross, bell }

  /// Grows by one a feedback of the station; after a restart of the daemon it goes on above all earlier numbers.
  public var sequence: Int64
  public var station: StationName
  public var at: Timestamp
  public var tone: Tone
  public var colour: Colour
  public var icon: Icon
  /// The stable code of a refusal; nil otherwise.
  public var code: String?
  /// What was done, or why not and what to do.
  public var words: Words
  /// The language of the person at the station; English where nobody is there.
  public var language: Language
  /// What was read; nil where nothing was scanned. A badge's text is never here.
  public var read: String?
  /// The name of the person at the station.
  public var person: String?
  public var run: RunID?
  /// The lots of the run, or those that are loaded.
  public var lots: [LotNumber]
  /// What the station is doing: "run", "load", "idle", or what its role calls it.
  public var mode: String
  /// What the station waits for next.
  public var awaited: Words?

  public init(
    sequence: Int64 = 0, station: StationName, at: Timestamp, tone: Tone, code: String? = nil, words: Words,
    language: Language = .english, read: String? = nil, person: String? = nil, run: RunID? = nil,
    lots: [LotNumber] = [], mode: String = "idle", awaited: Words? = nil
  ) {
    self.sequence = sequence
    self.station = station
    self.at = at
    self.tone = tone
    colour = tone.colour
    icon = tone.icon
    self.code = code
    self.words = words
    self.language = language
    self.read = read
    self.person = person
    self.run = run
    self.lots = lots
    self.mode = mode
    self.awaited = awaited
  }
}

extension StationFeedback.Tone {
  public var colour: StationFeedback.Colour {
    switch self {
    case .silent: .grey
    case .accept: .green
    case .attention: .yellow
    case .refuse, .alarm: .red
    }
  }

  public var icon: StationFeedback.Icon {
    switch self {
    case .silent: .dot
    case .accept: .check
    case .attention: .triangle
    case .refuse: .cross
    case .alarm: .bell
    }
  }
}
