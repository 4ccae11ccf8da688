import Shopfloor

extension MessageProfile.Argument {
  static let keys = ["name", "meaning", "takes", "standard"]

  /// Most arguments of one profile.
  public static let most = 32
  /// Longest value of one argument, in bytes.
  public static let longestValueBytes = 500

  /// Whether a text may be the name of an argument: small letters, digits and underscores, a letter first.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (0x61...0x7A).contains(first), text.utf8.count <= 32 else { return false }
    return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  }

  /// What an installation writes under `with:`, with the standards of what it leaves out; nil, and faults at the places
  /// in its file, where that is not what the profile asks for.
  ///
  /// - Parameters:
  ///   - declared: the arguments of the profile.
  ///   - node: the block of names and values; nil where there is none.
  ///   - place: where a missing block is reported.
  public static func values(
    of declared: [MessageProfile.Argument], with node: DocumentNode?, at place: DocumentNode
  ) -> [String: String]? {
    var given: [String: String] = [:]
    if let node {
      guard node.isMapping else {
        node.fault("this should be a block of names and values", example(declared))
        return nil
      }
      for (name, value) in node.entries {
        guard let text = value.string("Write a text") else { return nil }
        given[name] = text
      }
    }
    let faults = faults(of: given, declared: declared)
    for fault in faults {
      (fault.argument.flatMap { node?[$0] } ?? node ?? place).fault(fault.problem, fault.remedy)
    }
    return faults.isEmpty ? filled(given, declared: declared) : nil
  }

  /// The values with the standards of what is left out.
  static func filled(_ given: [String: String], declared: [MessageProfile.Argument]) -> [String: String] {
    var values = given
    for argument in declared where values[argument.name] == nil { values[argument.name] = argument.standard }
    return values
  }

  struct Fault {
    /// Nil: it is missing.
    var argument: String?
    var problem: String
    var remedy: String
  }

  /// Why values are not what the profile asks for.
  static func faults(of given: [String: String], declared: [MessageProfile.Argument]) -> [Fault] {
    var faults: [Fault] = []
    for name in given.keys.sorted() where !declared.contains(where: { $0.name == name }) {
      let remedy =
        declared.isEmpty
        ? "The profile takes no arguments: leave it out"
        : "Write one of: \(declared.map(\.name).joined(separator: ", "))"
      faults.append(
        Fault(
          argument: name, problem: "the profile has no argument \"\(displayable(name, maximumCharacters: 60))\"",
          remedy: remedy))
    }
    for argument in declared {
      guard let value = given[argument.name] else {
        guard argument.standard == nil else { continue }
        faults.append(
          Fault(
            argument: nil, problem: "the argument \"\(argument.name)\" is missing: \(argument.meaning)",
            remedy: example([argument])))
        continue
      }
      if let fault = argument.fault(of: value) {
        faults.append(Fault(argument: argument.name, problem: fault.problem, remedy: fault.remedy))
      }
    }
    return faults
  }

  private static func example(_ declared: [MessageProfile.Argument]) -> String {
    "Write with: {" + declared.map { "\($0.name): ..." }.joined(separator: ", ") + "}"
  }

  /// Why a text cannot stand for the argument.
  func fault(of value: String) -> (problem: String, remedy: String)? {
    let shown = displayable(value, maximumCharacters: 60)
    if let fault = OutsideTextFault(in: value, maximumBytes: Self.longestValueBytes) {
      return (
        "\"\(shown)\" cannot stand for \"\(name)\": \(fault.words.english)",
        "Write a text of 1 to \(Self.longestValueBytes) bytes without invisible characters"
      )
    }
    let forbidden: String
    switch kind {
    case .level: forbidden = "\"{}/+#"
    case .levels: forbidden = "\"{}+#"
    case .zone:
      return MessageTime.isZone(value)
        ? nil : ("\"\(shown)\" is no time zone of the IANA database", MessageTime.zoneRemedy)
    case .text: forbidden = "\"{}"
    }
    if let character = value.first(where: { forbidden.contains($0) }) {
      return (
        "\"\(shown)\" holds \(character), which \"\(name)\" may not",
        kind == .level
          ? "Write one level of the topic, as the device has it" : "Write it without any of \(forbidden)"
      )
    }
    if kind == .levels, value.hasPrefix("/") || value.hasSuffix("/") {
      return ("\"\(shown)\" begins or ends with \"/\"", "Write the levels with \"/\" between them only")
    }
    return nil
  }

  // MARK: Declarations

  static func readAll(_ node: DocumentNode?) -> [MessageProfile.Argument] {
    guard let node else { return [] }
    let elements = node.elements("Write a list such as - {name: topic, meaning: the topic of the device}")
    guard elements.count <= most else {
      node.fault("there are \(elements.count) arguments", "Write at most \(most)")
      return []
    }
    var names: Set<String> = []
    return elements.compactMap { element in
      guard let argument = read(element) else { return nil }
      if !names.insert(argument.name).inserted {
        element.fault("the argument \"\(argument.name)\" stands twice", "Give every argument a name of its own")
      }
      return argument
    }
  }

  private static func read(_ node: DocumentNode) -> MessageProfile.Argument? {
    node.allowKeys(keys)
    guard node.isMapping else { return nil }
    let remedy = "Write a name of small letters, digits and underscores, such as topic"
    var name = DeviceProfile.plainText(node.required("name", remedy), maximumBytes: 32)
    if let written = name, !isName(written) {
      node["name"]?.fault("\"\(written)\" cannot be the name of an argument", remedy)
      name = nil
    }
    let meaning = DeviceProfile.plainText(node.required("meaning", "Write what an installation must say here"))
    let written = node["takes"].map { $0.choice(Kind.allCases.map(\.rawValue)) } ?? Kind.level.rawValue
    let standard = DeviceProfile.plainText(node["standard"])
    guard let name, let meaning, let kind = written.flatMap(Kind.init(rawValue:)) else { return nil }
    let argument = MessageProfile.Argument(name: name, meaning: meaning, standard: standard, kind: kind)
    if let standard, let fault = argument.fault(of: standard) { node["standard"]?.fault(fault.problem, fault.remedy) }
    return argument
  }
}
