/// What the bounds of a decoder have taken away since it was made.
struct DecodingLosses: Hashable, Sendable {
  /// Merged objects of delta messages that were given up: until a device says them again, units and times are missing.
  var forgottenOverlays = 0
  /// How often a topic was looked up among all filters: once for each topic unless there are very many.
  var topicsLookedUp = 0
  /// Topics whose rate was forgotten.
  var unwatchedTopics = 0

  /// For the status of a connection; empty where nothing was taken away.
  var words: [String] {
    var words: [String] = []
    if forgottenOverlays > 0 {
      words.append(
        "what \(forgottenOverlays) delta topics had said before was given up, because they say more than "
          + "\(JSONOverlay.maximumBytes / 1_024) KiB each or too much together")
    }
    if topicsLookedUp > TopicRoutes.maximumTopics {
      words.append(
        "\(topicsLookedUp) topics were looked up and \(TopicRoutes.maximumTopics) can be remembered; "
          + "read fewer topics with one filter")
    }
    if unwatchedTopics > 0 {
      words.append(
        "the rates of \(unwatchedTopics) topics were forgotten, because more than \(TopicThinner.maximumTopics) send")
    }
    return words
  }
}
