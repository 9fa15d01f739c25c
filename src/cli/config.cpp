// k8s-node-install config show|check
#include <cstdio>

#include <nlohmann/json.hpp>

#include "cli/context.hpp"
#include "config/json_tree.hpp"
#include "node/desired.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;

struct ShowOptions {
    bool origin = false;
    bool all = false;
};

/// Who set a value: a layer and a place.
std::string origin_text(const Position& at) {
    return at.layer() + ", " + at.text();
}

void print_value(const std::string& name, const std::string& value, const std::string& origin,
                 const ShowOptions& options) {
    std::printf("%-40s %s", name.c_str(), value.c_str());
    std::printf("%s%s\n", options.origin ? "   # " : "", options.origin ? origin.c_str() : "");
}

void print_values(const std::vector<NamedValue>& values, const ShowOptions& options) {
    for (const auto& [name, value] : values) {
        print_value(name, to_json(value), origin_text(value.at()), options);
    }
}

/// Parts as their component's file declares them are the rule; the others are
/// what someone decided for this node.
bool is_decided(const NamedValue& part) {
    return !part.value.at().layer().ends_with("component");
}

std::vector<NamedValue> shown_parts(const NodeSpec& spec, const ShowOptions& options) {
    std::vector<NamedValue> parts;
    for (const auto& part : spec.parts) {
        if (options.all || is_decided(part)) {
            parts.push_back(part);
        }
    }
    return parts;
}

void print_text(const NodeSpec& spec, const ShowOptions& options) {
    print_values(spec.choices, options);
    for (const auto& [name, setting] : spec.settings) {
        if (setting.value) {
            print_value(name, to_json(*setting.value), origin_text(setting.value->at()), options);
        } else {
            print_value(name, "(not set)", "declared at " + setting.spec.at.text(), options);
        }
    }
    print_values(shown_parts(spec, options), options);
}

Json origin_json(const Position& at) {
    return {{"layer", at.layer()},
            {"file", at.source ? Json(at.source->name) : Json()},
            {"line", at.line},
            {"column", at.column}};
}

Json value_json(const Tree& value) {
    return {{"value", Json::parse(to_json(value))}, {"origin", origin_json(value.at())}};
}

/// Values by name; what is there several times becomes a list.
Json values_json(const std::vector<NamedValue>& values) {
    Json out = Json::object();
    for (const auto& [name, value] : values) {
        if (name == "mirrors") {
            out[name].push_back(value_json(value));
        } else {
            out[name] = value_json(value);
        }
    }
    return out;
}

void print_json(const NodeSpec& spec, const ShowOptions& options) {
    Json out = values_json(spec.choices);
    out["settings"] = Json::object();
    for (const auto& [name, setting] : spec.settings) {
        auto& shown = out["settings"][name];
        shown = setting.value ? value_json(*setting.value)
                              : Json{{"value", nullptr}, {"origin", nullptr}};
        shown["declared"] = origin_json(setting.spec.at);
        shown["doc"] = setting.spec.doc;
    }
    out["parts"] = values_json(shown_parts(spec, options));
    std::puts(out.dump(2).c_str());
}

void add_show(CLI::App& config, Context& context) {
    auto* show = config.add_subcommand("show", "Print every setting");
    add_node_options(*show, context);
    add_output_option(*show, context);
    auto options = std::make_shared<ShowOptions>();
    show->add_flag("--origin", options->origin, "and the layer, file and line that set it");
    show->add_flag("--all", options->all, "and every value of the components' parts");
    show->callback([&context, options] {
        context.run = [&context, options] {
            const auto node = load_desired(context.node);
            if (context.output == Output::json) {
                print_json(node.spec, *options);
            } else {
                print_text(node.spec, *options);
            }
            return ExitStatus::success;
        };
    });
}

void add_check(CLI::App& config, Context& context) {
    auto* check = config.add_subcommand("check", "Validate everything and exit");
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

} // namespace

void add_config(CLI::App& app, Context& context) {
    auto* config = app.add_subcommand("config", "Show or check the configuration");
    config->require_subcommand(1);
    add_show(*config, context);
    add_check(*config, context);
}

} // namespace k8s_node::cli
