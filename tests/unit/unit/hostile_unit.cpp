// Writes a service with hostile arguments and variables, and the bytes that it
// prints if every one arrives exactly:
//   hostile_unit SERVICE EXPECTED
// A machine with a real PID 1 starts it; its output goes to /run/hostile. The
// last `variables` texts are the environment, in the order of the assignments.
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "random_strings.hpp"
#include "unit/unit_file.hpp"

namespace {

using namespace k8s_node;
using unit::Value;

constexpr int arguments = 5000;
constexpr int variables = 2000;

/// printf(1) runs once for every ten arguments and ends each with NUL. Every
/// other command is so long that it is continued over several lines.
void add_arguments(unit::UnitFile& file, std::string& expected, test::RandomStrings& random) {
    for (int i = 0; i < arguments; i += 10) {
        std::vector<unit::Word> argv{"/usr/bin/printf", "%s\\0"};
        if (i % 20 == 0) {
            argv.emplace_back("--pad=" + std::string(90, 'x'));
            expected += "--pad=" + std::string(90, 'x') + '\0';
        }
        for (int j = 0; j < 10; ++j) {
            const auto text = random.text();
            argv.emplace_back(text);
            expected += text + '\0';
        }
        file.add("Service", "ExecStart", Value::command(argv));
    }
}

/// printenv(1) is asked for each, as the order of the environment is systemd's.
void add_variables(unit::UnitFile& file, std::string& expected, test::RandomStrings& random) {
    std::vector<unit::Word> argv{"/usr/bin/printenv", "--null"};
    for (int i = 0; i < variables; ++i) {
        const auto name = "HOSTILE_" + std::to_string(i);
        const auto text = random.text();
        file.add("Service", "Environment", Value::environment(name, text));
        argv.emplace_back(name);
        expected += text + '\0';
    }
    file.add("Service", "ExecStart", Value::command(argv));
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: hostile_unit SERVICE EXPECTED\n";
        return 2;
    }
    test::RandomStrings random(8);
    unit::UnitFile file;
    std::string expected;
    file.add("Service", "Type", Value::verbatim("oneshot"));
    file.add("Service", "StandardOutput", Value::plain("append:/run/hostile"));
    add_arguments(file, expected, random);
    add_variables(file, expected, random);
    std::ofstream(argv[1]) << file.write();
    std::ofstream(argv[2]) << expected;
    return 0;
}
