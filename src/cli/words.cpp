#include "cli/words.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::cli {

namespace {

using Words = std::vector<std::string>;

std::vector<const CLI::App*> verbs_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

Words names_of_verbs(const CLI::App& app) {
    Words names;
    for (const auto* verb : verbs_of(app)) {
        names.push_back(verb->get_name());
    }
    return names;
}

const CLI::App* find_verb(const CLI::App& app, const std::string& word) {
    for (const auto* verb : verbs_of(app)) {
        if (verb->get_name() == word) {
            return verb;
        }
    }
    return nullptr;
}

/// The option of this verb or, if asked, of any below it.
const CLI::Option* find_option(const CLI::App& app, const std::string& name, bool below) {
    if (const auto* option = app.get_option_no_throw(name)) {
        return option;
    }
    if (below) {
        for (const auto* verb : verbs_of(app)) {
            if (const auto* option = find_option(*verb, name, true)) {
                return option;
            }
        }
    }
    return nullptr;
}

void collect_options(const CLI::App& app, Words& names) {
    for (const auto* option : app.get_options()) {
        for (const auto& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    for (const auto* verb : verbs_of(app)) {
        collect_options(*verb, names);
    }
}

bool is_option(const std::string& word) {
    return word.size() > 1 && word[0] == '-';
}

bool takes_value(const CLI::Option& option) {
    return option.get_items_expected_max() > 0;
}

/// What is looked up for a word: "--set" of "--set=a.b=c", "-o" of "-ojson".
std::string name_of_option(const std::string& word) {
    return word.starts_with("--") ? word.substr(0, word.find('=')) : word.substr(0, 2);
}

/// Whether the next word is this one's value.
bool wants_next(const std::string& word, const CLI::App& app) {
    if (word.starts_with("--")) {
        return word.find('=') == std::string::npos && takes_value(*find_option(app, word, true));
    }
    // "-qo json": the first letter that takes a value takes the rest, if any.
    for (std::size_t i = 1; i < word.size(); ++i) {
        const auto* option = find_option(app, std::string("-") + word[i], true);
        if (option != nullptr && takes_value(*option)) {
            return i + 1 == word.size();
        }
    }
    return false;
}

Error usage_error(const std::string& message, const std::string& word, const Words& known,
                  const Words& path) {
    const auto help = "k8s-node-install " + (path.empty() ? "" : join(path, " ") + " ") + "--help";
    const auto near = nearest_word(word, known);
    return Error(message, ExitStatus::usage)
        .try_this((near ? "did you mean '" + *near + "'? else " : "") + help);
}

Error unknown_option(const std::string& name, const CLI::App& app, const Words& path) {
    Words known;
    collect_options(app, known);
    const auto whose = path.empty() ? "there is no option '" : join(path, " ") + " has no option '";
    return usage_error(whose + name + "'", name, known, path);
}

/// A command line taken apart.
struct Parted {
    Words path;         ///< of verbs: "config", "show"
    Words rest;         ///< options, their values, arguments
    Words arguments;    ///< only these
    const CLI::App* at; ///< the verb that was named last
    bool help = false;
};

void take_option(const Words& words, std::size_t& i, const CLI::App& app, Parted& parted) {
    const auto& word = words[i];
    const auto name = name_of_option(word);
    if (find_option(app, name, true) == nullptr) {
        throw unknown_option(name, *parted.at, parted.path);
    }
    parted.rest.push_back(word);
    if (!wants_next(word, app)) {
        return;
    }
    if (i + 1 == words.size()) {
        throw usage_error(word + " needs a value", "", {}, parted.path);
    }
    parted.rest.push_back(words[++i]);
}

void take_word(const std::string& word, const CLI::App& app, Parted& parted) {
    if (verbs_of(*parted.at).empty()) {
        parted.rest.push_back(word);
        parted.arguments.push_back(word);
    } else if (const auto* verb = find_verb(*parted.at, word)) {
        parted.path.push_back(word);
        parted.at = verb;
    } else if (word == "help" && parted.at == &app) {
        parted.help = true;
    } else {
        const auto whose =
            parted.path.empty() ? "there is no verb '" : join(parted.path, " ") + " has no verb '";
        throw usage_error(whose + word + "'", word, names_of_verbs(*parted.at), parted.path);
    }
}

Parted take_apart(const CLI::App& app, const Words& words) {
    Parted parted{{}, {}, {}, &app};
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--") {
            parted.rest.insert(parted.rest.end(), words.begin() + static_cast<long>(i),
                               words.end());
            break;
        }
        if (is_option(words[i])) {
            take_option(words, i, app, parted);
        } else {
            take_word(words[i], app, parted);
        }
    }
    return parted;
}

bool asks(const Words& rest) {
    return std::any_of(rest.begin(), rest.end(), [](const std::string& word) {
        return word == "--help" || word == "-h" || word == "--version";
    });
}

void require_known_options(const Parted& parted) {
    for (std::size_t i = 0; i < parted.rest.size() && parted.rest[i] != "--"; ++i) {
        const auto& word = parted.rest[i];
        if (!is_option(word)) {
            continue;
        }
        const auto name = name_of_option(word);
        if (find_option(*parted.at, name, false) == nullptr) {
            throw unknown_option(name, *parted.at, parted.path);
        }
        i += wants_next(word, *parted.at) ? 1U : 0U;
    }
}

void require_arguments(const Parted& parted) {
    std::size_t places = 0;
    for (const auto* option : parted.at->get_options()) {
        if (!option->get_positional()) {
            continue;
        }
        if (option->get_required() && parted.arguments.size() <= places) {
            throw usage_error(join(parted.path, " ") + " needs the argument '" +
                                  option->get_name(true) + "'",
                              "", {}, parted.path);
        }
        ++places;
    }
    if (parted.arguments.size() > places) {
        throw usage_error(join(parted.path, " ") + " takes no argument '" +
                              parted.arguments[places] + "'",
                          "", {}, parted.path);
    }
}

} // namespace

std::vector<std::string> arrange_words(const CLI::App& app, const Words& words) {
    auto parted = take_apart(app, words);
    if (parted.help) {
        parted.rest = {"--help"};
    } else if (parted.path.empty() && !asks(parted.rest)) {
        parted.path = {"install"};
        parted.at = find_verb(app, "install");
    }
    if (!verbs_of(*parted.at).empty() && !asks(parted.rest)) {
        throw usage_error(join(parted.path, " ") +
                              " needs a verb of its own: " + join(names_of_verbs(*parted.at), ", "),
                          "", {}, parted.path);
    }
    if (!asks(parted.rest)) {
        require_known_options(parted);
        require_arguments(parted);
    }
    auto out = parted.path;
    out.insert(out.end(), parted.rest.begin(), parted.rest.end());
    return out;
}

} // namespace k8s_node::cli
