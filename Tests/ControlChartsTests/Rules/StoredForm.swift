import Foundation

/// What a state becomes in the ledger and after it.
enum StoredForm {
  static func roundTrip<State: Codable>(_ state: State) throws -> State {
    try JSONDecoder().decode(State.self, from: JSONEncoder().encode(state))
  }
}
