// The command line as the completions of shells know it, read off the model that parses it.
#pragma once

#include <string>
#include <vector>

namespace CLI { // NOLINT(readability-identifier-naming): CLI11 calls itself so
class App;
} // namespace CLI

namespace k8s_node::completions {

/// What a shell offers for a value. `names` are of files of this program: profiles, releases.
enum class Values { none, unknown, files, directories, names, words };

/// How the value of an option or an argument is completed.
struct Value {
    Values kind = Values::none;
    std::string choice; ///< the directory of the names, or the words, separated by blanks
};

struct Option {
    std::vector<std::string> long_names;  ///< without the dashes
    std::vector<std::string> short_names; ///< likewise
    std::string help;
    Value value; ///< `none` for a flag
    bool repeatable = false;
};

/// Returns all names with their dashes, the long ones first.
[[nodiscard]] std::vector<std::string> names_of(const Option& option);

/// A verb, or the program itself, of which the path is empty.
struct Command {
    std::vector<std::string> path; ///< "etcd", "snapshot", "save"
    std::string help;
    std::vector<Option> options;
    std::vector<Value> arguments; ///< one for each; the last may be repeated
    std::vector<Command> inner;
};

/// Returns the whole command line. What the default verb takes, the program takes.
[[nodiscard]] Command read_commands(const CLI::App& program, const std::string& default_verb);

/// The name of the verb in a script: its path with this between the words.
[[nodiscard]] std::string joined_path(const Command& command, const char* separator);

} // namespace k8s_node::completions
