// k8s-node-install explain
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "explaining/explanation.hpp"
#include "language/setting_definition.hpp"
#include "support/printable.hpp"
#include "support/text.hpp"
#include "terminal/answer.hpp"
#include "yaml/json_tree.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;

void print_line(const char* name, const std::string& text) {
    if (!text.empty()) {
        std::printf("%-12s %s\n", name, printable(text).c_str());
    }
}

std::string value_text(const std::optional<Tree>& value) {
    return value ? to_json(*value) : "(not set)";
}

std::string origin_text(const Setting& setting) {
    return setting.value ? setting.value->at().layer() + ", " + setting.value->at().text() : "";
}

/// Returns what a value may be: "integer, 1 to 500, fixed".
std::string type_text(const SettingSpec& spec) {
    std::string text(type_name(spec.type));
    if (!spec.choices.empty()) {
        text += " (" + join(spec.choices, ", ") + ")";
    }
    if (spec.minimum) {
        text += ", at least " + std::to_string(*spec.minimum);
    }
    if (spec.maximum) {
        text += ", at most " + std::to_string(*spec.maximum);
    }
    return text + (spec.required ? ", required" : "") +
           (spec.fixed ? ", fixed once the node is installed" : "");
}

std::string default_text(const SettingSpec& spec) {
    return spec.fallback ? to_json(*spec.fallback) : "";
}

void print_ends(const SettingExplanation& explained) {
    if (explained.tried.empty()) {
        print_line("Ends in", "not known: no other value is valid" +
                                  (explained.refusal.empty() ? "" : ": " + explained.refusal));
        return;
    }
    if (explained.ends.empty()) {
        print_line("Ends in", "nothing of this node: with " + explained.tried +
                                  " all files, units and certificates are the same");
    }
    for (const auto& end : explained.ends) {
        const auto units = join(end.units, ", ");
        print_line("Ends in", end.path + (units.empty() ? "" : " (" + units + ")"));
        for (const auto& line : end.lines) {
            std::printf("%-12s   %s\n", "", printable(line).c_str());
        }
    }
}

void print_setting(const SettingExplanation& explained) {
    const auto& [spec, value] = explained.setting;
    print_line("Setting", explained.name);
    print_line("", spec.doc);
    print_line("Type", type_text(spec));
    print_line("Default", default_text(spec));
    print_line("Value", value_text(value));
    print_line("Set by", origin_text(explained.setting));
    print_line("Declared at", spec.at.text());
    print_ends(explained);
}

void print_component(const ComponentExplanation& explained) {
    print_line("Component", explained.name + (explained.in_node ? "" : ", not part of this node"));
    print_line("", explained.description);
    print_line("Declared at", explained.file);
    print_line("Needs", join(explained.needs, ", "));
    for (const auto& [name, version] : explained.artifacts) {
        print_line("Program", name + " " + version);
    }
    print_line("Units", join(explained.units, ", "));
    print_line("Files", join(explained.files, ", "));
    for (const auto& [name, setting] : explained.settings) {
        std::printf("\n%s: %s\n", name.c_str(), value_text(setting.value).c_str());
        print_line("", setting.spec.doc);
        print_line("Type", type_text(setting.spec));
        print_line("Set by", origin_text(setting));
    }
}

void print_part(const PartExplanation& explained) {
    const auto& [name, value] = explained.part;
    print_line("Value", name);
    print_line("Is", to_json(value));
    print_line("Set by", value.at().layer() + ", " + value.at().text());
    print_line("Ends in", explained.place);
}

Json setting_json(const std::string& name, const Setting& setting) {
    const auto& [spec, value] = setting;
    return {{"name", name},
            {"doc", spec.doc},
            {"type", type_name(spec.type)},
            {"default", spec.fallback ? Json::parse(to_json(*spec.fallback)) : Json()},
            {"fixed", spec.fixed},
            {"required", spec.required},
            {"value", value ? Json::parse(to_json(*value)) : Json()},
            {"origin", origin_text(setting)},
            {"declared", spec.at.text()}};
}

Json explanation_json(const Explanation& explained) {
    if (explained.part) {
        const auto& [part, place] = *explained.part;
        return {{"name", part.name},
                {"value", Json::parse(to_json(part.value))},
                {"origin", part.value.at().layer() + ", " + part.value.at().text()},
                {"endsIn", {{{"path", place}}}}};
    }
    if (explained.setting) {
        Json out = setting_json(explained.setting->name, explained.setting->setting);
        out["comparedWith"] = explained.setting->tried;
        out["endsIn"] = Json::array();
        for (const auto& end : explained.setting->ends) {
            out["endsIn"].push_back(
                {{"path", end.path}, {"units", end.units}, {"lines", end.lines}});
        }
        return out;
    }
    const auto& component = *explained.component;
    Json out = {{"component", component.name}, {"description", component.description},
                {"file", component.file},      {"inNode", component.in_node},
                {"needs", component.needs},    {"artifacts", component.artifacts},
                {"units", component.units},    {"files", component.files}};
    out["settings"] = Json::array();
    for (const auto& [name, setting] : component.settings) {
        out["settings"].push_back(setting_json(name, setting));
    }
    return out;
}

ExitStatus run_explain(const Context& context, const std::string& name) {
    const auto explained = explain(context.node, name);
    if (context.output == Output::json) {
        print_json(explanation_json(explained));
    } else if (explained.setting) {
        print_setting(*explained.setting);
    } else if (explained.part) {
        print_part(*explained.part);
    } else {
        print_component(*explained.component);
    }
    return ExitStatus::success;
}

} // namespace

void add_explain(Verb& parent, Context& context) {
    auto name = std::make_shared<std::string>();
    auto verb = parent.add("explain", "Explain a component or setting, and where it ends");
    verb.argument("name", *name, "COMPONENT or COMPONENT.SETTING");
    add_node_options(verb, context);
    verb.runs_unrecorded([&context, name] { return run_explain(context, *name); });
}

} // namespace k8s_node::cli
