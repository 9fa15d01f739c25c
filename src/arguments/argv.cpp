#include "arguments/argv.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "support/text.hpp"

namespace k8s_node::cli {

namespace {

using Arguments = std::vector<std::string>;

std::vector<const CLI::App*> verbs_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

Arguments names_of_verbs(const CLI::App& app) {
    Arguments names;
    for (const auto* verb : verbs_of(app)) {
        names.push_back(verb->get_name());
    }
    return names;
}

const CLI::App* find_verb(const CLI::App& app, const std::string& argument) {
    for (const auto* verb : verbs_of(app)) {
        if (verb->get_name() == argument) {
            return verb;
        }
    }
    return nullptr;
}

/// Returns the option of this verb or of any below it.
const CLI::Option* find_option(const CLI::App& app, const std::string& name) {
    const auto* option = app.get_option_no_throw(name);
    for (const auto* verb : verbs_of(app)) {
        option = option == nullptr ? find_option(*verb, name) : option;
    }
    return option;
}

void collect_options(const CLI::App& app, Arguments& names) {
    for (const auto* option : app.get_options()) {
        for (const auto& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    for (const auto* verb : verbs_of(app)) {
        collect_options(*verb, names);
    }
}

bool is_option(const std::string& argument) {
    return argument.size() > 1 && argument[0] == '-';
}

bool takes_value(const CLI::Option& option) {
    return option.get_items_expected_max() > 0;
}

/// Returns the option name in an argument: "--set" of "--set=a.b=c", "-o" of "-ojson".
std::string name_of_option(const std::string& argument) {
    return argument.starts_with("--") ? argument.substr(0, argument.find('='))
                                      : argument.substr(0, 2);
}

/// True if the next argument is this option's value.
bool wants_next(const std::string& argument, const CLI::App& app) {
    if (argument.starts_with("--")) {
        return argument.find('=') == std::string::npos && takes_value(*find_option(app, argument));
    }
    // "-qo json": the first letter that takes a value takes the rest, if any.
    for (std::size_t i = 1; i < argument.size(); ++i) {
        const auto* option = find_option(app, std::string("-") + argument[i]);
        if (option != nullptr && takes_value(*option)) {
            return i + 1 == argument.size();
        }
    }
    return false;
}

Error usage_error(const std::string& message, const std::string& argument, const Arguments& known,
                  const Arguments& path) {
    const auto help = "k8s-node-install " + (path.empty() ? "" : join(path, " ") + " ") + "--help";
    const auto near = nearest_word(argument, known);
    return Error(message, ExitStatus::usage)
        .try_this((near ? "did you mean '" + *near + "'? Otherwise: " : "") + help);
}

Error unknown_option(const std::string& name, const CLI::App& app, const Arguments& path) {
    Arguments known;
    collect_options(app, known);
    const auto whose = path.empty() ? "unknown option '" : join(path, " ") + " has no option '";
    return usage_error(whose + name + "'", name, known, path);
}

/// A parsed command line.
struct CommandLine {
    Arguments path;     ///< of verbs: "config", "show"
    Arguments rest;     ///< options, their values, arguments
    const CLI::App* at; ///< the verb that was named last
    bool help = false;
};

void take_option(const Arguments& argv, std::size_t& i, const CLI::App& app, CommandLine& line) {
    const auto& argument = argv[i];
    const auto name = name_of_option(argument);
    if (find_option(app, name) == nullptr) {
        throw unknown_option(name, *line.at, line.path);
    }
    if (argument == name + "=" && takes_value(*find_option(app, name))) {
        // CLI11 takes "--peers=" for an option whose value is the next argument.
        line.rest.insert(line.rest.end(), {name, ""});
        return;
    }
    line.rest.push_back(argument);
    if (!wants_next(argument, app)) {
        return;
    }
    if (i + 1 == argv.size()) {
        throw usage_error(argument + " needs a value", "", {}, line.path);
    }
    line.rest.push_back(argv[++i]);
}

void take_argument(const std::string& argument, const CLI::App& app, CommandLine& line) {
    if (verbs_of(*line.at).empty()) {
        line.rest.push_back(argument);
    } else if (const auto* verb = find_verb(*line.at, argument)) {
        line.path.push_back(argument);
        line.at = verb;
    } else if (argument == "help" && line.at == &app) {
        line.help = true;
    } else {
        const auto whose =
            line.path.empty() ? "unknown command '" : join(line.path, " ") + " has no command '";
        throw usage_error(whose + argument + "'", argument, names_of_verbs(*line.at), line.path);
    }
}

CommandLine parse_argv(const CLI::App& app, const Arguments& argv) {
    CommandLine line{{}, {}, &app};
    for (std::size_t i = 0; i < argv.size(); ++i) {
        if (argv[i] == "--") {
            line.rest.insert(line.rest.end(), argv.begin() + static_cast<long>(i), argv.end());
            break;
        }
        if (is_option(argv[i])) {
            take_option(argv, i, app, line);
        } else {
            take_argument(argv[i], app, line);
        }
    }
    return line;
}

bool asks(const Arguments& rest) {
    return std::any_of(rest.begin(), rest.end(), [](const std::string& argument) {
        return argument == "--help" || argument == "-h" || argument == "--version";
    });
}

} // namespace

std::vector<std::string> arrange_argv(const CLI::App& app, const Arguments& argv) {
    auto line = parse_argv(app, argv);
    if (line.help) {
        line.rest = {"--help"};
    } else if (line.path.empty() && !asks(line.rest)) {
        line.path = {"install"};
        line.at = find_verb(app, "install");
    }
    if (!verbs_of(*line.at).empty() && !asks(line.rest)) {
        throw usage_error(join(line.path, " ") +
                              " needs a command: " + join(names_of_verbs(*line.at), ", "),
                          "", {}, line.path);
    }
    auto out = line.path;
    out.insert(out.end(), line.rest.begin(), line.rest.end());
    return out;
}

Error explain_parse_error(const CLI::App& app, const std::string& said) {
    const auto* verb = &app;
    Arguments path;
    while (!verb->get_subcommands().empty()) {
        verb = verb->get_subcommands().front();
        path.push_back(verb->get_name());
    }
    for (const auto& extra : app.remaining(/*recurse=*/true)) {
        if (is_option(extra) && extra != "--") {
            return unknown_option(name_of_option(extra), *verb, path);
        }
        if (extra != "--") {
            return usage_error(join(path, " ") + " takes no argument '" + extra + "'", "", {},
                               path);
        }
    }
    for (const auto* option : verb->get_options()) {
        if (option->get_required() && option->count() == 0) {
            return usage_error(join(path, " ") + " needs the argument '" + option->get_name(true) +
                                   "'",
                               "", {}, path);
        }
    }
    return usage_error(said, "", {}, path);
}

} // namespace k8s_node::cli
