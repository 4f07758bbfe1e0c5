@main struct Tenet {
  static func main() {}
}
