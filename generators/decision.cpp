#include "generators/decision.hpp"

#include <algorithm>
#include <utility>

#include "generators/choice.hpp"
#include "generators/one_line.hpp"
#include "generators/store_check.hpp"
#include "model/generation_record.hpp"
#include "model/node_spec.hpp"
#include "support/boot_parameters.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "unit/escape.hpp"

namespace k8s_node::generator {

namespace {

constexpr const char* kernel_command_line = "/proc/cmdline";
constexpr std::size_t command_line_limit = 256UL * 1024;
constexpr std::size_t manifest_limit = 4UL * 1024 * 1024;
constexpr std::size_t credential_limit = 256;

BootParameters boot_parameters(const InputTree& machine, const ManagerEnvironment& manager) {
    const auto text = machine.read(manager.container ? "/proc/1/cmdline" : kernel_command_line,
                                   command_line_limit);
    if (!text) {
        return {};
    }
    return find_boot_parameters(manager.container ? split_arguments(*text)
                                                  : split_command_line(*text));
}

bool is_disabled(const BootParameters& parameters) {
    if (!parameters.enabled || parameters.enabled->value.empty()) {
        return false;
    }
    const auto enabled = parse_boolean(parameters.enabled->value);
    if (!enabled) {
        throw Error(parameters.enabled->word +
                    " on the kernel command line is not a boolean, so nothing is started");
    }
    return !*enabled;
}

void require_bodies(const InputTree& machine, const std::string& directory,
                    const Manifest& manifest) {
    for (const auto& unit : manifest.units) {
        if (!machine.has_content(directory + "/units/" + unit::require_valid_name(unit.name))) {
            throw Error("its " + unit.name + " is missing or empty");
        }
    }
}

/// systemd takes a missing source for a changed one, and would ask for a daemon-reload forever.
void forget_missing_sources(const InputTree& machine, Manifest& manifest) {
    for (auto& unit : manifest.units) {
        if (!unit.source.starts_with('/') || !machine.has_content(unit.source)) {
            unit.source.clear();
        }
    }
}

Node read_node(const InputTree& machine, const Choice& choice) {
    const auto directory = directory_of(choice.generation);
    const auto path = directory + "/manifest.json";
    const auto text = machine.read(path, manifest_limit);
    if (!text) {
        throw Error(path + " is missing");
    }
    Node node{.generation = choice.generation,
              .directory = directory,
              .manifest = parse_manifest(*text, path),
              .replaced = choice.replaced};
    require_bodies(machine, directory, node.manifest);
    forget_missing_sources(machine, node.manifest);
    return node;
}

std::string text_of(const Choice& choice) {
    return "generation " + std::to_string(choice.generation) + " (" + choice.chosen_by + ")";
}

Node load_node(const InputTree& machine, const Choice& choice) {
    return with_context(text_of(choice), [&] {
        try {
            return read_node(machine, choice);
        } catch (Error& error) {
            error.try_this(repair_hint);
            throw;
        }
    });
}

/// Encrypted credentials that the installation takes, systemd.exec(5): LoadCredential= in its unit
/// takes those that are not encrypted, and would hand these on as they are.
std::vector<std::string> encrypted_credentials(const InputTree& machine) {
    std::vector<std::string> found;
    for (const char* name : {"k8s_node.config", "k8s_node.join"}) {
        for (const char* directory : {"/run/credentials/@encrypted", "/etc/credstore.encrypted",
                                      "/run/credstore.encrypted", "/usr/lib/credstore.encrypted"}) {
            if (machine.has_content(std::string(directory) + '/' + name)) {
                found.emplace_back(name);
                break;
            }
        }
    }
    return found;
}

/// The service's command line is split at blanks, and systemd expands variables in it.
bool is_one_argument(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char character) {
        return character > ' ' && character < 0x7f && character != '"' && character != '\'' &&
               character != '\\' && character != '$';
    });
}

/// Returns the options of `install` that the parameters give.
std::vector<std::string> install_options(const BootParameters& parameters) {
    std::vector<std::string> options;
    const auto add = [&](const char* option, const std::optional<BootParameter>& parameter) {
        if (!parameter) {
            return;
        }
        if (!is_one_argument(parameter->value)) {
            throw Error(parameter->word + " on the kernel command line has no value, or one with "
                                          "blanks, quotes, backslashes or $");
        }
        options.push_back(std::string(option) + '=' + parameter->value);
    };
    add("--release", parameters.release);
    add("--mirror", parameters.mirror);
    add("--bundle", parameters.bundle);
    add("--config-from", parameters.config);
    return options;
}

bool is_profile_name(std::string_view name) {
    constexpr auto allowed = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               (character >= '0' && character <= '9') || character == '-' || character == '_' ||
               character == '.';
    };
    return !name.empty() && name.front() != '-' && name.front() != '.' &&
           std::ranges::all_of(name, allowed);
}

Decision first_boot(const InputTree& machine, const BootParameters& parameters, std::string profile,
                    const std::string& source) {
    if (!is_profile_name(profile)) {
        throw Error("the k8s_node.profile of " + source + " is not a valid profile name");
    }
    return FirstBoot{std::move(profile), source, install_options(parameters),
                     encrypted_credentials(machine)};
}

/// The kernel command line is the later layer, so it overrides a credential.
Decision without_generation(const InputTree& machine, const ManagerEnvironment& manager,
                            const BootParameters& parameters) {
    if (parameters.profile) {
        return first_boot(machine, parameters, parameters.profile->value, kernel_command_line);
    }
    if (manager.credentials_directory.empty()) {
        return Nothing{};
    }
    const auto path = manager.credentials_directory + "/k8s_node.profile";
    const auto credential = machine.read(path, credential_limit);
    return credential ? first_boot(machine, parameters, std::string(trim(*credential)), path)
                      : Nothing{};
}

/// True if no run has seen a generation working, or a run left something pending. A generation
/// without a record was made by an older program and counts as done.
bool is_unfinished(const InputTree& machine, int generation) {
    if (machine.has_content("/etc/k8s-node/state/pending") ||
        machine.has_content("/etc/k8s-node/state/owed")) {
        return true;
    }
    const auto path = "/etc/k8s-node/state/generations/" + std::to_string(generation) + ".json";
    const auto text = machine.read(path, manifest_limit);
    return text && parse_record(*text, path).outcome != GenerationOutcome::good;
}

/// An interrupted first boot continues at the next one, if that is asked to make a node too. The
/// node itself is started regardless.
std::optional<FirstBoot> unfinished_first_boot(const InputTree& machine,
                                               const ManagerEnvironment& manager,
                                               const BootParameters& parameters, int generation) {
    try {
        if (parameters.generation || !is_unfinished(machine, generation)) {
            return std::nullopt;
        }
        const auto decision = without_generation(machine, manager, parameters);
        const auto* first = std::get_if<FirstBoot>(&decision);
        return first == nullptr ? std::nullopt : std::optional(*first);
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

/// True if an installation is fetching what is missing. After a boot there is none.
bool is_being_installed(const InputTree& machine) {
    return machine.has_content(paths::first_installation);
}

/// Missing store entries are fetched by the run in progress, or by one that continues the first
/// boot; otherwise the node cannot start.
Decision with_store(const InputTree& machine, Node node, const Choice& choice) {
    auto store = check_store(machine, node.manifest.store_entries);
    node.unseen_store = std::move(store.unseen);
    if (store.gone.empty()) {
        return node;
    }
    if (is_being_installed(machine)) {
        node.awaited_store = std::move(store.gone);
        return node;
    }
    if (node.unfinished) {
        node.unfinished->cut_off = node.generation;
        return *node.unfinished;
    }
    throw missing_entries(std::move(store.gone)).while_doing(text_of(choice));
}

/// Runs a step; what it throws becomes Damaged, blamed on `source`.
template <typename Step>
Decision or_damaged(const std::string& source, Step&& step) {
    try {
        return step();
    } catch (const Error& error) {
        return Damaged{one_line(error), source};
    } catch (const std::exception& error) {
        return Damaged{one_line(Error(source + ": " + error.what()).try_this(repair_hint)), source};
    }
}

} // namespace

Decision decide(const InputTree& machine, const ManagerEnvironment& manager) {
    if (!manager.system || manager.initrd) {
        return Nothing{};
    }
    return or_damaged(kernel_command_line, [&]() -> Decision {
        const auto parameters = boot_parameters(machine, manager);
        if (is_disabled(parameters)) {
            return Disabled{parameters.enabled->word};
        }
        const auto choice = choose_generation(machine, parameters);
        if (!choice) {
            return without_generation(machine, manager, parameters);
        }
        return or_damaged(directory_of(choice->generation) + "/manifest.json", [&]() -> Decision {
            auto node = load_node(machine, *choice);
            node.unfinished = unfinished_first_boot(machine, manager, parameters, node.generation);
            return with_store(machine, std::move(node), *choice);
        });
    });
}

} // namespace k8s_node::generator
