#include "unit_resources/ready_probe.hpp"

#include <vector>

#include "support/error.hpp"
#include "unit/unit_file.hpp"

namespace k8s_node {

namespace {

/// Splits a command as unit/quote.hpp writes it: without specifiers, and an escape stands for the
/// character after it.
std::vector<std::string> split_argv(std::string_view command) {
    std::vector<std::string> argv(1);
    bool quoted = false;
    for (std::size_t i = 0; i < command.size(); ++i) {
        const bool doubled = i + 1 < command.size() && command[i] == command[i + 1] &&
                             (command[i] == '%' || command[i] == '$');
        if (command[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && (command[i] == ' ' || command[i] == '\n')) {
            if (!argv.back().empty()) {
                argv.emplace_back();
            }
        } else {
            const bool escaped = command[i] == '\\' && i + 1 < command.size();
            i += static_cast<std::size_t>(doubled || escaped);
            argv.back() += command[i];
        }
    }
    if (argv.back().empty()) {
        argv.pop_back();
    }
    return argv;
}

/// Parses "… probe --deadline=150s --ca=FILE URL", as render writes it.
std::optional<Probe> parse_command(const std::string& command) {
    constexpr std::string_view authority = "--ca=";
    constexpr std::string_view contains = "--contains=";
    const auto argv = split_argv(command);
    if (argv.size() < 3 || argv[1] != "probe") {
        return std::nullopt;
    }
    auto probe = Probe::parse(argv.back());
    for (const auto& argument : argv) {
        if (argument.starts_with(authority)) {
            probe.ca_file = argument.substr(authority.size());
        } else if (argument.starts_with(contains)) {
            probe.body_contains = argument.substr(contains.size());
        }
    }
    return probe;
}

} // namespace

std::optional<Probe> ready_probe(const Generation& generation, const std::string& unit) {
    const auto path = "units/" + unit;
    const auto text = generation.files.find(path);
    if (text == generation.files.end()) {
        return std::nullopt;
    }
    try {
        for (const auto& command :
             unit::UnitFile::parse(text->second, path).values("Service", "ExecStartPost")) {
            if (auto probe = parse_command(command)) {
                return probe;
            }
        }
    } catch (const Error&) { // NOLINT(bugprone-empty-catch): then there is no probe
    }
    return std::nullopt;
}

} // namespace k8s_node
