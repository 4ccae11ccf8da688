/// Brings objects into a state by pressing a button of the ERP: read the state; where it is already one of the wanted ones
/// nothing is pressed; after pressing, read again. Only the state that was read counts: an ERP answers "done" to a button
/// that a check stopped.
struct AdvanceConversation: Sendable {
  enum Step: Hashable, Sendable {
    case read([Int64])
    case press([Int64])
    case finish([Int64: Outcome])
  }

  enum Answer: Hashable, Sendable {
    case states([Int64: String])
    case pressed
    /// In the ERP's words.
    case refused(String)
  }

  enum Outcome: Hashable, Sendable {
    /// `isNew`: by this conversation.
    case reached(isNew: Bool)
    case blocked(String)
    /// Refused together with others: to be tried alone.
    case alone
  }

  let button: String
  let wanted: Set<String>
  /// The states from which the button leads to a wanted one; from others it is not pressed.
  let pressable: Set<String>
  private let ids: [Int64]
  private var pressed: Set<Int64> = []
  private var refusal: String?

  init(_ ids: [Int64], button: String, from pressable: Set<String>, to wanted: Set<String>) {
    self.ids = ids
    self.button = button
    self.pressable = pressable
    self.wanted = wanted
  }

  var firstStep: Step { ids.isEmpty ? .finish([:]) : .read(ids) }

  mutating func next(after answer: Answer) -> Step {
    switch answer {
    case .pressed: return .read(ids)
    case .refused(let text):
      // An earlier press whose answer was lost may be the reason: the state tells.
      refusal = text
      return .read(ids)
    case .states(let states):
      let toPress = ids.filter { !pressed.contains($0) && pressable.contains(states[$0] ?? "") }
      if pressed.isEmpty, !toPress.isEmpty {
        pressed = Set(toPress)
        return .press(toPress)
      }
      return .finish(Dictionary(ids.map { ($0, outcome($0, states[$0])) }, uniquingKeysWith: { first, _ in first }))
    }
  }

  private func outcome(_ id: Int64, _ state: String?) -> Outcome {
    guard let state else { return .blocked("the ERP no longer shows its number \(id)") }
    if wanted.contains(state) { return .reached(isNew: pressed.contains(id)) }
    if refusal != nil, pressed.count > 1, pressed.contains(id) { return .alone }
    let target = wanted.sorted().joined(separator: " or ")
    guard pressed.contains(id) else {
      return .blocked("it is \"\(state)\" in the ERP, from where it does not become \(target)")
    }
    return .blocked(
      refusal ?? "the ERP answered to \"\(button)\" without doing it: it is still \"\(state)\", not \(target)")
  }
}
