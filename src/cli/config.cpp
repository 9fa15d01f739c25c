// k8s-node-install config show|check
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "node/desired.hpp"
#include "terminal/answer.hpp"
#include "yaml/json_tree.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;

struct ShowOptions {
    bool origin = false;
    bool all = false;
};

/// Returns where a value was set: the layer and the place in its file.
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

/// True for parts that were set for this node, not by the component's file.
bool is_set_for_node(const NamedValue& part) {
    return !part.value.at().layer().ends_with("component");
}

std::vector<NamedValue> shown_parts(const NodeSpec& spec, const ShowOptions& options) {
    std::vector<NamedValue> parts;
    for (const auto& part : spec.parts) {
        if (options.all || options.origin || is_set_for_node(part)) {
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

/// Returns values by name; those that can occur several times become lists.
Json values_json(const std::vector<NamedValue>& values) {
    Json out = Json::object();
    for (const auto& [name, value] : values) {
        if (name == "mirrors" || name == "components" || name == "without") {
            out[name].push_back(value_json(value));
        } else {
            out[name] = value_json(value);
        }
    }
    return out;
}

void print_spec(const NodeSpec& spec, const ShowOptions& options) {
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
    print_json(out);
}

ExitStatus run_show(const Context& context, const ShowOptions& options) {
    const auto node = load_desired(context.node);
    if (context.output == Output::json) {
        print_spec(node.spec, options);
    } else {
        print_text(node.spec, options);
    }
    return ExitStatus::success;
}

ExitStatus run_check(const Context& context) {
    const auto spec = load_desired(context.node).spec;
    if (context.output == Output::json) {
        print_json({{"good", true},
                    {"profile", spec.profile},
                    {"release", spec.release},
                    {"node", spec.node_name}});
    } else if (talks(context)) {
        std::printf("The configuration is valid: profile %s, Kubernetes %s, node %s.\n",
                    spec.profile.c_str(), spec.release.c_str(), spec.node_name.c_str());
    }
    return ExitStatus::success;
}

} // namespace

void add_config(Verb& parent, Context& context) {
    auto config = parent.add("config", "Show or check the configuration");
    auto show = config.add("show", "Print every setting");
    auto options = std::make_shared<ShowOptions>();
    add_node_options(show, context);
    show.flag("--origin", options->origin, "Show where every value was set: layer, file, line");
    show.flag("--all", options->all, "Show all values: flags, directives, file lines too");
    show.runs_unrecorded([&context, options] { return run_show(context, *options); });
    auto check = config.add("check", "Validate everything and exit");
    add_node_options(check, context);
    check.runs_unrecorded([&context] { return run_check(context); });
}

} // namespace k8s_node::cli
