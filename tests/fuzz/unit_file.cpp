// Unit files as anybody may write them.
#include "unit/unit_file.hpp"

#include "property.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    unit::UnitFile file;
    if (fuzz::accepts(
            [&] { file = unit::UnitFile::parse(fuzz::as_text(data, size), "x.service"); })) {
        const auto text = file.write();
        fuzz::require(unit::UnitFile::parse(text, "x.service") == file,
                      "what was written is read back as it was", text);
    }
    return 0;
}
