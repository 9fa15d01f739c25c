// k8s-node-install config show|check
#include <cstdio>

#include <nlohmann/json.hpp>

#include "cli/context.hpp"
#include "config/json_tree.hpp"
#include "node/desired.hpp"

namespace k8s_node::cli {

namespace {

std::string value_text(const Setting& setting) {
    return setting.value ? to_json(*setting.value) : "(not set)";
}

/// Who set a value: a layer and a place, or the component's own default.
std::string origin_text(const Setting& setting) {
    if (!setting.value) {
        return "declared at " + setting.spec.at.text();
    }
    const auto& at = setting.value->at();
    return at.layer() + ", " + at.text();
}

void print_settings(const Settings& settings, bool origin) {
    for (const auto& [name, setting] : settings) {
        std::printf("%-40s %s", name.c_str(), value_text(setting).c_str());
        std::printf("%s%s%s\n", origin ? "   # " : "", origin ? origin_text(setting).c_str() : "",
                    "");
    }
}

void print_json(const Settings& settings) {
    nlohmann::ordered_json out;
    for (const auto& [name, setting] : settings) {
        out[name] = {{"value", setting.value ? nlohmann::ordered_json::parse(value_text(setting))
                                             : nlohmann::ordered_json()},
                     {"origin", origin_text(setting)},
                     {"doc", setting.spec.doc}};
    }
    std::puts(out.dump(2).c_str());
}

} // namespace

void add_config(CLI::App& app, Context& context) {
    auto* config = app.add_subcommand("config", "Show or check the configuration");
    config->require_subcommand(1);
    auto* show = config->add_subcommand("show", "Print every setting");
    add_node_options(*show, context);
    add_output_option(*show, context);
    auto origin = std::make_shared<bool>(false);
    show->add_flag("--origin", *origin, "and the layer, file and line that set it");
    show->callback([&context, origin] {
        context.run = [&context, origin] {
            const auto node = load_desired(context.node);
            if (context.output == Output::json) {
                print_json(node.spec.settings);
            } else {
                print_settings(node.spec.settings, *origin);
            }
            return ExitStatus::success;
        };
    });
    auto* check = config->add_subcommand("check", "Validate everything and exit");
    add_node_options(*check, context);
    check->callback([&context] {
        context.run = [&context] {
            const auto node = load_desired(context.node);
            std::printf("The configuration is good: profile %s, Kubernetes %s, node %s.\n",
                        node.spec.profile.c_str(), node.spec.release.c_str(),
                        node.spec.node_name.c_str());
            return ExitStatus::success;
        };
    });
}

} // namespace k8s_node::cli
