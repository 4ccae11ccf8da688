/// What stands for `{name}` in the topics, paths and texts of a profile.
struct MessagePlaceholders {
  /// In `lotwire.yaml`, where braces are braces.
  static let none = MessagePlaceholders(declared: nil, values: nil)

  /// What may stand in braces; nil: braces are braces.
  var declared: [MessageProfile.Argument]?
  /// What is written for them; nil: the placeholders stay as they are.
  var values: [String: String]?

  /// The text with the values in it; nil, and a fault at the node, where braces hold no argument.
  func replaced(_ text: String, _ node: DocumentNode, isTopic: Bool) -> String? {
    guard let declared else { return text }
    var result = ""
    var rest = Substring(text)
    while let brace = rest.firstIndex(of: "{") {
      result += rest[..<brace]
      let behind = rest[rest.index(after: brace)...]
      let name = behind.prefix { $0 != "}" && $0 != "{" }
      guard behind[name.endIndex...].first == "}", MessageProfile.Argument.isName(String(name)) else {
        result += "{"
        rest = behind
        continue
      }
      guard let argument = declared.first(where: { $0.name == name }) else {
        node.fault(
          "there is no argument \"\(name)\"",
          declared.isEmpty
            ? "Declare it: arguments: [{name: \(name), meaning: ...}]"
            : "Write one of: \(declared.map { "{\($0.name)}" }.joined(separator: ", ")); or declare it under arguments")
        return nil
      }
      if isTopic, argument.kind == .zone || argument.kind == .text {
        node.fault(
          "the argument \"\(name)\" takes any \(argument.kind.rawValue) and cannot stand in a topic",
          "Write takes: level, or takes: levels, where it is declared")
        return nil
      }
      result += values?[argument.name] ?? "{\(argument.name)}"
      rest = behind[behind.index(after: name.endIndex)...]
    }
    return result + rest
  }
}

extension DocumentNode {
  /// Longest text of a condition, a quality, a unit or an availability, in bytes.
  static let longestMessageTextBytes = 200
  /// Most texts of a list of those.
  static let mostMessageTexts = 200

  /// A topic filter; reports why a text is none.
  func topicFilter(_ placeholders: MessagePlaceholders) -> TopicFilter? {
    let remedy = "Write the topic that the device publishes to, such as room/1/temperature"
    guard let written = string(remedy), let text = placeholders.replaced(written, self, isTopic: true) else {
      return nil
    }
    do throws(TopicFilterFault) {
      return try TopicFilter(text)
    } catch {
      fault("\(error)", remedy)
      return nil
    }
  }

  /// A path into a JSON text; reports why a text is none.
  func jsonPath(_ placeholders: MessagePlaceholders) -> JSONPath? {
    let remedy = "Write a path such as sensor.temperature or values[0].c"
    guard let written = string(remedy), let text = placeholders.replaced(written, self, isTopic: false) else {
      return nil
    }
    do throws(JSONPathFault) {
      return try JSONPath(text)
    } catch {
      fault("\(error)", remedy)
      return nil
    }
  }

  /// A text that is compared with what a message says.
  func messageText(_ placeholders: MessagePlaceholders) -> String? {
    let most = Self.longestMessageTextBytes
    let remedy = "Write a text of 1 to \(most) bytes, as the message has it"
    guard let written = string(remedy), let text = placeholders.replaced(written, self, isTopic: false) else {
      return nil
    }
    guard (1...most).contains(text.utf8.count) else {
      fault("the text has \(text.utf8.count) bytes", remedy)
      return nil
    }
    return text
  }

  /// One such text, or a list of them.
  func messageTexts(_ placeholders: MessagePlaceholders) -> [String] {
    guard isSequence else { return messageText(placeholders).map { [$0] } ?? [] }
    let elements = elements("Write a list of texts")
    guard (1...Self.mostMessageTexts).contains(elements.count) else {
      fault("there are \(elements.count) texts", "Write 1 to \(Self.mostMessageTexts)")
      return []
    }
    return elements.compactMap { $0.messageText(placeholders) }
  }
}
