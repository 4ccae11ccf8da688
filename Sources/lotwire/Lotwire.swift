import ArgumentParser

@main
struct Lotwire: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lotwire", abstract: "Recorder of regulated production lines.")
}
