package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.domain.Checked;
import dev.rollcall.gateway.domain.ClusterForm;
import dev.rollcall.gateway.domain.ClusterPlan;
import dev.rollcall.gateway.domain.OdpSettings;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads cluster definitions, strictly. */
public final class Definitions {

    private Definitions() {}

    /** Reads and checks a whole definition; all that is wrong with it is named by field. */
    public static Checked<ClusterPlan> check(JsonNode definition) {
        JsonForm json = JsonForm.of(definition);
        return json.with(read(json).check());
    }

    static ClusterForm read(JsonForm json) {
        String name = json.text("name");
        String description = json.text("description");
        Map<String, String> labels = json.textMap("labels");
        JsonForm defaults = json.object("defaults");
        OdpSettings defaultSettings = settings(defaults);
        defaults.nothingElse();
        List<JsonForm> odps = json.objects("odps");
        List<ClusterForm.OdpEntry> entries =
                odps == null ? null : odps.stream().map(Definitions::entry).toList();
        json.nothingElse();
        return new ClusterForm(name, description, labels, defaultSettings, entries);
    }

    private static ClusterForm.OdpEntry entry(JsonForm json) {
        ClusterForm.OdpEntry entry =
                new ClusterForm.OdpEntry(json.text("host"), json.text("zone"), json.text("id"), settings(json));
        json.nothingElse();
        return entry;
    }

    private static OdpSettings settings(JsonForm json) {
        JsonForm ssh = json.object("ssh");
        OdpSettings settings = new OdpSettings(
                json.text("home"),
                json.integer("sqlPort"),
                json.text("adminAddress"),
                json.text("launcher"),
                ssh.text("user"),
                ssh.integer("port"),
                ssh.text("credential"),
                json.text("adminCredential"),
                json.text("probeCredential"),
                ssh.text("jump"),
                json.text("runAs"),
                json.texts("startCommand"),
                json.texts("stopCommand"),
                json.textMap("environment"));
        ssh.nothingElse();
        return settings;
    }
}
