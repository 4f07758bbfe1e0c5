import Diagnostics
import Testing

@testable import Settings

@Suite("The table of settings")
struct SettingsTableTests {
  @Test("every setting has a name of its own, a help text of whole sentences, and a variable that finds it")
  func wellFormed() {
    #expect(Set(SettingsTable.all.map(\.name)).count == SettingsTable.all.count)
    #expect(Set(SettingsTable.all.map(\.variable)).count == SettingsTable.all.count)
    for setting in SettingsTable.all {
      #expect(setting.help.hasSuffix("."), "\(setting.name)")
      #expect(setting.help.first?.isUppercase == true, "\(setting.name)")
      if !setting.isFree { #expect(SettingsTable.find(variable: setting.variable)?.name == setting.name) }
    }
  }

  @Test("a setting's name, given as an option, is found", arguments: SettingsTable.all.map(\.name))
  func found(_ name: String) {
    #expect(SettingsTable.find(name.replacing("*", with: "x.y"))?.setting.name == name)
  }

  @Test("a code's bad example has that mistake and no other, its good one none", arguments: SettingsCatalogue.entries.map(\.code.number))
  func catalogue(_ number: Int) throws {
    let entry = try #require(SettingsCatalogue.entries.first { $0.code.number == number })
    let flags = entry.code == SettingsCode.onlyInFile.code ? [("relay.peers.eu-west-1.bootstrap.servers", "x:1")] : []
    let bad = load(entry.bad, flags: flags)
    #expect(bad.diagnostics.map(\.code) == [entry.code], "\(rendered(bad))")
    let good = load(entry.good)
    #expect(good.diagnostics.isEmpty, "\(rendered(good))")
  }

  @Test("sizes and addresses are read as people write them, and nothing else is")
  func sizesAndAddresses() {
    #expect(SizeText.bytes("512KB") == 524_288 && SizeText.bytes("4 GB") == 4 << 30 && SizeText.bytes("17") == 17)
    for text in ["", "GB", "4gb", "4TB", "-1", "9999999999999GB", "1.5MB"] { #expect(SizeText.bytes(text) == nil, "\(text)") }
    #expect(HostAndPort(":8080")?.description == "0.0.0.0:8080")
    #expect(HostAndPort("[::1]:80")?.description == "[::1]:80")
    for text in ["8080", "host", "host:", "host:99999", "::1:80", "a b:80"] { #expect(HostAndPort(text) == nil, "\(text)") }
  }

  @Test("the configuration reference names every setting")
  func reference() {
    let table = SettingsReference.markdown()
    for setting in SettingsTable.all { #expect(table.contains("| `\(setting.name)` |")) }
  }
}
