#include "generators/choice.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include "model/node_spec.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::generator {

namespace {

/// Parses the number of a generation, such as "7": no sign, no leading zero.
std::optional<int> parse_generation(std::string_view text) {
    const auto number = parse_integer(text);
    if (!number || *number < 1 || *number > 1'000'000'000 || std::to_string(*number) != text) {
        return std::nullopt;
    }
    return static_cast<int>(*number);
}

std::optional<int> current_generation(const InputTree& machine) {
    const auto target = machine.link_target(paths::current);
    if (!target) {
        return std::nullopt;
    }
    const auto slash = target->rfind('/');
    const auto directory = target->substr(0, slash);
    const auto number = parse_generation(std::string_view(*target).substr(slash + 1));
    if (slash == std::string::npos || !number ||
        (directory != "generations" && directory != paths::generations)) {
        throw Error(std::string(paths::current) + " points at '" + *target +
                    "', which is not a generation")
            .try_this(repair_hint);
    }
    return number;
}

std::string available_generations(const InputTree& machine) {
    std::vector<int> numbers;
    for (const auto& name : machine.names(paths::generations)) {
        if (const auto number = parse_generation(name)) {
            numbers.push_back(*number);
        }
    }
    std::ranges::sort(numbers);
    std::vector<std::string> texts;
    std::ranges::transform(numbers, std::back_inserter(texts),
                           [](int number) { return std::to_string(number); });
    return texts.empty() ? "none" : join(texts, ", ");
}

Choice chosen_at_boot(const InputTree& machine, const BootParameter& parameter) {
    const auto source = parameter.word + " on the kernel command line";
    const auto number = parse_generation(parameter.value);
    if (!number) {
        throw Error(source + " is not the number of a generation");
    }
    if (!machine.has_directory(directory_of(*number))) {
        throw Error(source + ": there is no such generation")
            .try_this("boot with one of these: " + available_generations(machine));
    }
    const auto current = current_generation(machine);
    if (!current) {
        throw Error(source + ": " + paths::current +
                    ", which it would replace for this boot, is missing")
            .try_this(repair_hint);
    }
    return {*number, source,
            *current == *number ? std::nullopt : std::optional(directory_of(*current))};
}

} // namespace

std::string directory_of(int generation) {
    return std::string(paths::generations) + '/' + std::to_string(generation);
}

std::optional<Choice> choose_generation(const InputTree& machine,
                                        const BootParameters& parameters) {
    if (parameters.generation) {
        return chosen_at_boot(machine, *parameters.generation);
    }
    const auto current = current_generation(machine);
    if (!current) {
        return std::nullopt;
    }
    return Choice{*current, paths::current, std::nullopt};
}

} // namespace k8s_node::generator
