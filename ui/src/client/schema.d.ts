/* Generated from the server's OpenAPI document by "npm run client". Not to be edited. */

export interface paths {
    "/api/filesystem/create-directory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Directory
         * @description Make one folder; what is in it (nothing).
         */
        post: operations["createDirectory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/filesystem/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Home
         * @description The user's home, where browsing begins.
         */
        get: operations["getHomeDirectory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/filesystem/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Directory
         * @description The folders in a folder.
         */
        get: operations["listDirectory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/filesystem/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Validate
         * @description Whether a folder can hold a project, and why not.
         */
        post: operations["checkPath"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Projects
         * @description All projects by name.
         */
        get: operations["listProjects"];
        put?: never;
        /**
         * Create Project
         * @description Register a project; its folder is made when it does not exist.
         */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Project
         * @description One project.
         */
        get: operations["getProject"];
        put?: never;
        post?: never;
        /**
         * Delete Project
         * @description Forget a project: its sockets are closed, its folder stays unless `delete_files` is given.
         */
        delete: operations["deleteProject"];
        options?: never;
        head?: never;
        /**
         * Update Project
         * @description Change settings, rename, or say where the folder was moved to.
         */
        patch: operations["updateProject"];
        trace?: never;
    };
    "/api/projects/{project}/agent/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause
         * @description Pause when the session that is running is done.
         */
        post: operations["pauseAgents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/agent/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume
         * @description Go on with a paused or parked run.
         */
        post: operations["resumeAgents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/agent/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start
         * @description Start a run; answers when it has begun. 503 says what is missing (a login, a key) and the remedy.
         */
        post: operations["startAgents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/agent/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Status
         * @description The newest run, and who works in it.
         */
        get: operations["getAgentStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/agent/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop
         * @description Interrupt and stop; what does not end by itself is ended.
         */
        post: operations["stopAgents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Events
         * @description Stored events, oldest first.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/feature_list.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Features
         * @description The backlog as a feature_list.json: by priority, with what passes.
         */
        get: operations["exportFeatures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Features
         * @description All features: whole and grouped by column, or as a board of short cards for thousands of them.
         */
        get: operations["listFeatures"];
        put?: never;
        /**
         * Create Feature
         * @description Add a feature at the end of the queue.
         */
        post: operations["createFeature"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Feature
         * @description One feature.
         */
        get: operations["getFeature"];
        put?: never;
        post?: never;
        /**
         * Delete Feature
         * @description Take a feature out of the backlog; `restore` brings it back.
         */
        delete: operations["deleteFeature"];
        options?: never;
        head?: never;
        /**
         * Update Feature
         * @description Change the fields that are given; `status` moves the card by hand, without proof.
         */
        patch: operations["updateFeature"];
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}/dependencies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set Dependencies
         * @description Make these all that the feature depends on; cycles, itself and unknown ids are refused.
         */
        put: operations["setDependencies"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}/dependencies/{depends_on}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add Dependency
         * @description Make the feature depend on one more.
         */
        post: operations["addDependency"];
        /**
         * Remove Dependency
         * @description Make the feature depend on one less.
         */
        delete: operations["removeDependency"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Changes
         * @description What was changed for a feature: the commits that landed, newest first.
         */
        get: operations["getChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Receipts
         * @description The runs of a feature's check, newest first, passed or not.
         */
        get: operations["listReceipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}/receipts/{receipt_id}/artefacts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Picture
         * @description A picture, as it was when the check had run.
         */
        get: operations["getPicture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}/resolve-human-input": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve Human Input
         * @description Answer what an agent asked: the feature goes back to the backlog with the answers.
         */
        post: operations["answerFeature"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore Feature
         * @description Bring a deleted feature back.
         */
        post: operations["restoreFeature"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Skip Feature
         * @description Put a feature at the end of the queue.
         */
        patch: operations["skipFeature"];
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Timeline
         * @description Why a card is where it is: its changes, oldest first, a sentence each.
         */
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview Undo
         * @description What taking back would do now, or why it would be refused; nothing is changed.
         */
        get: operations["previewUndo"];
        put?: never;
        /**
         * Undo Feature
         * @description Take back what landed for a feature, by one commit: it is pending again.
         *
         *     What touches its files or builds on it is stale, and checked again.
         */
        post: operations["undoFeature"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Usage
         * @description What a feature has cost so far; of a session for several features its equal part.
         */
        get: operations["getFeatureUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/{feature_id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify Feature
         * @description Run the feature's check now, on what has landed and what the user committed; answers when it has begun.
         */
        post: operations["verifyFeature"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Features
         * @description Add 1..500 features in order, all or none.
         */
        post: operations["createFeatures"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/features/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Graph
         * @description All features and what depends on what.
         */
        get: operations["getFeatureGraph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import Project
         * @description Get the folder of an existing code base ready for agents.
         */
        post: operations["importProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/prompts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Prompts
         * @description The specification and the prompts.
         */
        get: operations["getPrompts"];
        /**
         * Save Prompts
         * @description Write the files that are given; what was there before is kept.
         */
        put: operations["savePrompts"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset Project
         * @description Begin the backlog anew; the old one is kept in .autocoder/backups.
         */
        post: operations["resetProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Runs
         * @description Runs, newest first.
         */
        get: operations["listRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Run
         * @description A run with its sessions.
         */
        get: operations["getRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Session
         * @description One session.
         */
        get: operations["getSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Stats
         * @description How the backlog stands.
         */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/projects/{project}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Usage
         * @description What the project has cost, in all, today and by day (UTC).
         */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Settings
         * @description What the environment and `.env` say.
         */
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/settings/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Models
         * @description The models to choose from: aliases, which the CLI or a compatible service gives a meaning.
         */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/setup/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Status
         * @description What a run needs, what of it is there, and the remedy for the rest.
         */
        get: operations["getSetupStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health
         * @description The process answers; open to everybody. `instance` names this server process.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readiness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readiness
         * @description Whether requests can be served: everything is loaded, and the registry can be read.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AffectedFeature
         * @description A feature that something else touches.
         */
        AffectedFeature: {
            /** Id */
            id: number;
            /** Name */
            name: string;
        };
        /**
         * AgentStart
         * @description How a run is started.
         */
        AgentStart: {
            /**
             * Batch Size
             * @description Features of one session, the further ones small; null as the project's settings say
             */
            batch_size?: number | null;
            /** Budget Usd */
            budget_usd?: number | null;
            /**
             * Concurrency
             * @description Agents at once; null as the project's settings say
             */
            concurrency?: number | null;
            /** Max Iterations */
            max_iterations?: number | null;
            /** Model */
            model?: string | null;
            /**
             * Testing Ratio
             * @description Sessions of testers for each green feature; null as the project's settings say
             */
            testing_ratio?: number | null;
            /**
             * Yolo
             * @description Take the agent's word; cards are marked unproven
             * @default false
             */
            yolo?: boolean;
        };
        /**
         * AgentStatus
         * @description The run of a project, and who works in it. `until`: when a parked run goes on.
         */
        AgentStatus: {
            /**
             * Agents
             * @default []
             */
            agents?: components["schemas"]["AgentView"][];
            /** Concurrency */
            concurrency?: number | null;
            /** Model */
            model?: string | null;
            /** Reason */
            reason?: string | null;
            /** Run Id */
            run_id?: number | null;
            /** Started At */
            started_at?: string | null;
            /** Status */
            status: "idle" | ("running" | "paused" | "stopping" | "stopped" | "crashed" | "parked" | "finished");
            /** Until */
            until?: string | null;
        };
        /**
         * AgentView
         * @description An agent that is at work. `feature_ids`: all features of its session so far; they share its cost.
         */
        AgentView: {
            /** Agent */
            agent: string;
            /** Cost Usd */
            cost_usd: number;
            /**
             * Estimated
             * @description The cost is an estimate: the session goes on, or a subscription pays
             */
            estimated: boolean;
            /** Feature Id */
            feature_id: number | null;
            /** Feature Ids */
            feature_ids: number[];
            /** Input Tokens */
            input_tokens: number;
            /** Output Tokens */
            output_tokens: number;
            /**
             * Role
             * @enum {string}
             */
            role: "initializer" | "coder" | "tester" | "assistant" | "person" | "harness";
            /** Session Id */
            session_id: number;
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /**
             * State
             * @enum {string}
             */
            state: "starting" | "working" | "verifying" | "waiting" | "finished";
            /** Tool */
            tool: string | null;
        };
        /**
         * Answers
         * @description Answers to what an agent asked, by field name.
         */
        Answers: {
            /** Answers */
            answers: {
                [key: string]: components["schemas"]["JsonValue"];
            };
        };
        /**
         * Board
         * @description `GET features?view=board`. `seq` is the last event it contains: a socket goes on after it.
         */
        Board: {
            /** Features */
            features: components["schemas"]["BoardCard"][];
            /** Seq */
            seq: number;
        };
        /**
         * BoardCard
         * @description A card in its short form.
         */
        BoardCard: {
            /** Attempts */
            attempts: number;
            /** Blocked */
            blocked: boolean;
            /** Category */
            category: string;
            /** Claimed By */
            claimed_by: string | null;
            /** Id */
            id: number;
            /** Moved By */
            moved_by: string | null;
            /** Name */
            name: string;
            /** Priority */
            priority: number;
            /** Proof */
            proof: ("proven" | "guarded" | "green" | "unproven") | null;
            /**
             * Reason
             * @description Why it waits for a person, or what went red
             */
            reason?: string | null;
            /**
             * Since
             * @description Since when it has been in this status
             */
            since?: string | null;
            /** Stale */
            stale: boolean;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "in_progress" | "passing" | "failing" | "needs_input";
            /** Verifying */
            verifying: boolean;
        };
        /**
         * Change
         * @description One commit. `patch` is its difference from the commit before; `truncated`: it goes on.
         */
        Change: {
            /** Commit */
            commit: string;
            /** Patch */
            patch: string;
            /** Truncated */
            truncated: boolean;
            /**
             * Undone By
             * @description The commit that took it back
             */
            undone_by?: string | null;
        };
        /**
         * Changes
         * @description The commits of a card on the integration branch, newest first.
         */
        Changes: {
            /** Changes */
            changes: components["schemas"]["Change"][];
        };
        /**
         * CheckView
         * @description A check as it was frozen: `hash` covers the command and the contents of the files.
         *
         *     `base`: the commit to compare with, where the one who set it works in the project's own folder.
         */
        CheckView: {
            /** Already Satisfied */
            already_satisfied?: string | null;
            /** Base */
            base?: string | null;
            /** Command */
            command: string;
            /**
             * Files
             * @default []
             */
            files?: string[];
            /** Hash */
            hash: string;
            /**
             * Kind
             * @default proof
             * @enum {string}
             */
            kind?: "proof" | "guard";
            /**
             * Set At
             * Format: date-time
             */
            set_at: string;
            /** Set By */
            set_by: string;
        };
        /**
         * DayUsage
         * @description The sums of one day (UTC), "2026-11-21".
         */
        DayUsage: {
            /**
             * Cache Read Tokens
             * @default 0
             */
            cache_read_tokens?: number;
            /**
             * Cache Write Tokens
             * @default 0
             */
            cache_write_tokens?: number;
            /** Cost Usd */
            cost_usd: number;
            /** Day */
            day: string;
            /** Estimated */
            estimated: boolean;
            /**
             * Input Tokens
             * @default 0
             */
            input_tokens?: number;
            /**
             * Output Tokens
             * @default 0
             */
            output_tokens?: number;
            /** Reserved Usd */
            reserved_usd: number;
            /** Sessions */
            sessions: number;
        };
        /**
         * Dependencies
         * @description What a feature depends on.
         */
        Dependencies: {
            /** Dependencies */
            dependencies: number[];
        };
        /**
         * Directory
         * @description A folder and the folders in it. `truncated`: there are more than are listed.
         */
        Directory: {
            /** Entries */
            entries: components["schemas"]["DirectoryEntry"][];
            /** Parent */
            parent: string | null;
            /**
             * Path
             * Format: path
             */
            path: string;
            /**
             * Truncated
             * @default false
             */
            truncated?: boolean;
        };
        /**
         * DirectoryEntry
         * @description A folder in a folder.
         */
        DirectoryEntry: {
            /** Name */
            name: string;
            /**
             * Path
             * Format: path
             */
            path: string;
        };
        /**
         * Error
         * @description What a request that failed answers.
         */
        Error: {
            /**
             * Detail
             * @description One sentence: what was wrong, and what would be right
             */
            detail: string;
            /**
             * Error
             * @description The kind of error
             * @example not_found
             */
            error: string;
            /**
             * Field
             * @description The input at fault, where there is one
             */
            field?: string | null;
        };
        /** EventsPage */
        EventsPage: {
            /** Events */
            events: (components["schemas"]["StoredProgress"] | components["schemas"]["StoredAgentStatus"] | components["schemas"]["StoredLog"] | components["schemas"]["StoredFeatureUpdate"] | components["schemas"]["StoredAgentUpdate"] | components["schemas"]["StoredSessionEvent"] | components["schemas"]["StoredVerification"] | components["schemas"]["StoredUsage"] | components["schemas"]["StoredDevLog"] | components["schemas"]["StoredDevServerStatus"])[];
        };
        /**
         * FeatureBulk
         * @description 1..500 features, all or none.
         */
        FeatureBulk: {
            /** Features */
            features: components["schemas"]["FeatureCreate"][];
        };
        /**
         * FeatureColumns
         * @description All features, grouped as the board shows them; a card whose check runs is in progress.
         */
        FeatureColumns: {
            /** Done */
            done: components["schemas"]["FeatureView"][];
            /** Failing */
            failing: components["schemas"]["FeatureView"][];
            /** In Progress */
            in_progress: components["schemas"]["FeatureView"][];
            /** Needs Input */
            needs_input: components["schemas"]["FeatureView"][];
            /** Pending */
            pending: components["schemas"]["FeatureView"][];
        };
        /**
         * FeatureCreate
         * @description A feature to create. `depends_on_indices` counts from 0 within the same bulk call.
         */
        FeatureCreate: {
            /** Category */
            category: string;
            /**
             * Dependencies
             * @default []
             */
            dependencies?: number[];
            /**
             * Depends On Indices
             * @default []
             */
            depends_on_indices?: number[];
            /**
             * Description
             * @default
             */
            description?: string;
            /** Name */
            name: string;
            /**
             * Steps
             * @default []
             */
            steps?: string[];
        };
        /**
         * FeaturePatch
         * @description Changes to a feature; what is not given stays. `status` moves the card by hand, and the card says who did it.
         */
        FeaturePatch: {
            /** Category */
            category?: string | null;
            /** Dependencies */
            dependencies?: number[] | null;
            /** Description */
            description?: string | null;
            /** Name */
            name?: string | null;
            /** Priority */
            priority?: number | null;
            /**
             * Reason
             * @description What is broken, when it is moved to failing
             * @default
             */
            reason?: string;
            /** Status */
            status?: ("passing" | "failing") | null;
            /** Steps */
            steps?: string[] | null;
        };
        /**
         * FeatureView
         * @description A feature as everyone sees it. `proof` is set while it passes; `blocked` and `verifying` are derived.
         */
        FeatureView: {
            /** Attempts */
            attempts: number;
            /** Blocked */
            blocked: boolean;
            /** Category */
            category: string;
            check: components["schemas"]["CheckView"] | null;
            /** Claimed By */
            claimed_by: string | null;
            /** Dependencies */
            dependencies: number[];
            /** Description */
            description: string;
            /** Failing Reason */
            failing_reason: string | null;
            human_request: components["schemas"]["HumanRequest"] | null;
            /** Id */
            id: number;
            /** In Progress */
            in_progress: boolean;
            last_receipt: components["schemas"]["ReceiptView"] | null;
            /** Moved By */
            moved_by: string | null;
            /** Name */
            name: string;
            /** Passes */
            passes: boolean;
            /** Priority */
            priority: number;
            /** Proof */
            proof: ("proven" | "guarded" | "green" | "unproven") | null;
            /** Stale */
            stale: boolean;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "in_progress" | "passing" | "failing" | "needs_input";
            /** Steps */
            steps: string[];
            /** Verification Id */
            verification_id: number | null;
            /** Verifying */
            verifying: boolean;
        };
        /**
         * Graph
         * @description All features and what depends on what.
         */
        Graph: {
            /** Edges */
            edges: components["schemas"]["GraphEdge"][];
            /** Nodes */
            nodes: components["schemas"]["GraphNode"][];
        };
        /**
         * GraphEdge
         * @description `target` depends on `source`.
         */
        GraphEdge: {
            /** Source */
            source: number;
            /** Target */
            target: number;
        };
        /**
         * GraphNode
         * @description A feature in the graph of dependencies.
         */
        GraphNode: {
            /** Blocked */
            blocked: boolean;
            /** Category */
            category: string;
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Priority */
            priority: number;
            /** Proof */
            proof: ("proven" | "guarded" | "green" | "unproven") | null;
            /**
             * Status
             * @enum {string}
             */
            status: "pending" | "in_progress" | "passing" | "failing" | "needs_input";
        };
        /**
         * Health
         * @description The process answers. `instance` names this server process.
         */
        Health: {
            /** Instance */
            instance: string;
            /**
             * Status
             * @constant
             */
            status: "healthy";
            /** Version */
            version: string;
        };
        /**
         * HomeDirectory
         * @description The user's home.
         */
        HomeDirectory: {
            /**
             * Path
             * Format: path
             */
            path: string;
        };
        /**
         * HumanField
         * @description One question to a person; `options` belong to a choice. Not for secrets: answers are kept and shown.
         */
        HumanField: {
            /**
             * Kind
             * @default text
             */
            kind?: string;
            /**
             * Label
             * @default
             */
            label?: string;
            /** Name */
            name: string;
            /**
             * Options
             * @default []
             */
            options?: string[];
            /**
             * Required
             * @default true
             */
            required?: boolean;
        };
        /**
         * HumanRequest
         * @description What an agent asks a person, and, once given, the answers.
         */
        HumanRequest: {
            /** Answers */
            answers?: {
                [key: string]: components["schemas"]["JsonValue"];
            } | null;
            /**
             * Asked By
             * @default
             */
            asked_by?: string;
            /**
             * Fields
             * @default []
             */
            fields?: components["schemas"]["HumanField"][];
            /** Prompt */
            prompt: string;
        };
        /**
         * Imported
         * @description What was found in the folder of an existing code base.
         */
        Imported: {
            /** Features Imported */
            features_imported: number;
            /** Notes */
            notes: string[];
            /** Repository Created */
            repository_created: boolean;
        };
        /**
         * InstallationSettings
         * @description How this installation is set up. Values come from the environment and `.env`; secrets are only said to be set.
         */
        InstallationSettings: {
            /** Allow Remote */
            allow_remote: boolean;
            /** Demo */
            demo: boolean;
            /**
             * Home
             * Format: path
             */
            home: string;
            /** Log Level */
            log_level: string;
            /**
             * Models
             * @description ANTHROPIC_DEFAULT_*_MODEL by alias
             */
            models: {
                [key: string]: string;
            };
            /**
             * Provider
             * @description anthropic, subscription, none, or the address of a compatible service
             */
            provider: string;
            /** Sign In */
            sign_in: boolean;
            /** Version */
            version: string;
            /** Webhook */
            webhook: boolean;
        };
        JsonValue: unknown;
        /**
         * ListedFeature
         * @description A feature as feature_list.json has it.
         */
        ListedFeature: {
            /** Category */
            category: string;
            /** Description */
            description: string;
            /** Name */
            name: string;
            /** Passes */
            passes: boolean;
            /** Steps */
            steps: string[];
        };
        /**
         * Model
         * @description A model agents can use.
         */
        Model: {
            /** Id */
            id: string;
            /** Name */
            name: string;
        };
        /**
         * Models
         * @description The models to choose from.
         */
        Models: {
            /** Default */
            default: string;
            /** Models */
            models: components["schemas"]["Model"][];
        };
        /**
         * PathCheck
         * @description Whether a folder can hold a project.
         */
        PathCheck: {
            /** Detail */
            detail: string;
            /** Empty */
            empty: boolean;
            /** Exists */
            exists: boolean;
            /**
             * Path
             * Format: path
             */
            path: string;
            /** Usable */
            usable: boolean;
        };
        /**
         * PathInput
         * @description A folder on the server's machine.
         */
        PathInput: {
            /** Path */
            path: string;
        };
        /**
         * Progress
         * @description How far a backlog is. `percentage` is 0..100 with one decimal.
         */
        Progress: {
            /** In Progress */
            in_progress: number;
            /** Passing */
            passing: number;
            /** Percentage */
            percentage: number;
            /** Proven */
            proven: number;
            /** Total */
            total: number;
            /** Unproven */
            unproven: number;
        };
        /**
         * Project
         * @description A project as the list shows it. `problem`: why it cannot be used just now.
         */
        Project: {
            /**
             * Budget Usd
             * @description Most that may be spent in a day (UTC)
             */
            budget_usd: number | null;
            /** Cost Estimated */
            cost_estimated: boolean;
            /** Cost Today Usd */
            cost_today_usd: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By Us */
            created_by_us: boolean;
            /** Failing */
            failing: number;
            /** Kind */
            kind: string;
            /** Last Activity At */
            last_activity_at: string | null;
            /** Name */
            name: string;
            /** Needs Input */
            needs_input: number;
            /**
             * Path
             * Format: path
             */
            path: string;
            /** Problem */
            problem: string | null;
            progress: components["schemas"]["Progress"];
            /**
             * Proof Policy
             * @enum {string}
             */
            proof_policy: "proven" | "green" | "off";
            settings: components["schemas"]["ProjectSettings"];
            /** Status */
            status: "idle" | ("running" | "paused" | "stopping" | "stopped" | "crashed" | "parked" | "finished");
            /** Status Reason */
            status_reason: string | null;
            /** Status Until */
            status_until: string | null;
        };
        /**
         * ProjectCreate
         * @description A project to register. The folder is made when it does not exist; `spec` becomes prompts/app_spec.txt.
         */
        ProjectCreate: {
            /**
             * Kind
             * @default web_app
             */
            kind?: string;
            /** Name */
            name: string;
            /** Path */
            path: string;
            /**
             * Spec
             * @default
             */
            spec?: string;
        };
        /**
         * ProjectSettings
         * @description How agents work on a project. Kept in its features.db, so it moves with the folder.
         */
        ProjectSettings: {
            /**
             * Allow Network
             * @default true
             */
            allow_network?: boolean;
            /**
             * Allow Unsandboxed
             * @default false
             */
            allow_unsandboxed?: boolean;
            /**
             * Batch Size
             * @default 1
             */
            batch_size?: number;
            /** Budget Day Usd */
            budget_day_usd?: number | null;
            /** Budget Project Usd */
            budget_project_usd?: number | null;
            /** Budget Run Usd */
            budget_run_usd?: number | null;
            /** Budget Session Usd */
            budget_session_usd?: number | null;
            /**
             * Check Timeout Seconds
             * @default 600
             */
            check_timeout_seconds?: number;
            /**
             * Concurrency
             * @default 1
             */
            concurrency?: number;
            /**
             * Max Attempts
             * @default 3
             */
            max_attempts?: number;
            /** Model */
            model?: string | null;
            /**
             * Regression
             * @default true
             */
            regression?: boolean;
            /**
             * Session Delay Seconds
             * @default 3
             */
            session_delay_seconds?: number;
            /**
             * Testing Ratio
             * @default 0
             */
            testing_ratio?: number;
            /**
             * Verification
             * @default proven
             * @enum {string}
             */
            verification?: "proven" | "green" | "off";
            /**
             * Yolo
             * @default false
             */
            yolo?: boolean;
        };
        /**
         * ProjectUpdate
         * @description Changes to a project; what is not given stays.
         */
        ProjectUpdate: {
            /**
             * Budget Usd
             * @description Most that may be spent in a day (UTC); null for no limit
             */
            budget_usd?: number | null;
            /** Name */
            name?: string | null;
            /**
             * Path
             * @description Where its folder was moved to
             */
            path?: string | null;
            /**
             * Proof Policy
             * @description proven, green or off
             */
            proof_policy?: string | null;
            /**
             * Settings
             * @description Fields of ProjectSettings to change
             */
            settings?: {
                [key: string]: components["schemas"]["JsonValue"];
            } | null;
        };
        /**
         * Prompts
         * @description The three files of `prompts/`.
         */
        Prompts: {
            /** App Spec */
            app_spec: string;
            /** Coding Prompt */
            coding_prompt: string;
            /** Initializer Prompt */
            initializer_prompt: string;
        };
        /**
         * PromptsUpdate
         * @description Prompt files to write; what is not given stays.
         */
        PromptsUpdate: {
            /** App Spec */
            app_spec?: string | null;
            /** Coding Prompt */
            coding_prompt?: string | null;
            /** Initializer Prompt */
            initializer_prompt?: string | null;
        };
        /**
         * Readiness
         * @description Whether requests can be served; `detail` says what is missing.
         */
        Readiness: {
            /**
             * Detail
             * @default
             */
            detail?: string;
            /**
             * Status
             * @enum {string}
             */
            status: "ready" | "starting" | "unready";
        };
        /**
         * ReceiptView
         * @description The short form of a verification that passed.
         */
        ReceiptView: {
            /** Command */
            command: string;
            /** Commit */
            commit: string | null;
            /** Exit Base */
            exit_base: number | null;
            /** Exit Head */
            exit_head: number | null;
            /** Finished At */
            finished_at: string | null;
            /** Id */
            id: number;
            /** Seconds */
            seconds: number | null;
            /** Tree */
            tree: string | null;
        };
        /**
         * RunDetail
         * @description A run with its sessions.
         */
        RunDetail: {
            run: components["schemas"]["RunView"];
            /** Sessions */
            sessions: components["schemas"]["SessionView"][];
        };
        /**
         * RunView
         * @description A run. `live`: it has not finished; `agents`: everyone who had a session in it.
         */
        RunView: {
            /** Agents */
            agents: string[];
            /** Control */
            control: string | null;
            /** Finished At */
            finished_at: string | null;
            /**
             * Heartbeat
             * Format: date-time
             */
            heartbeat: string;
            /** Id */
            id: number;
            /** Limits */
            limits: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /** Live */
            live: boolean;
            /** Model */
            model: string;
            /** Parked Until */
            parked_until: string | null;
            /** Pid */
            pid: number;
            /** Policy */
            policy: string;
            /** Process Started */
            process_started: number;
            /** Reason */
            reason: string | null;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            /**
             * Status
             * @enum {string}
             */
            status: "running" | "paused" | "stopping" | "stopped" | "crashed" | "parked" | "finished";
            /** Token */
            token: number;
        };
        /**
         * SessionView
         * @description A session. `feature_ids`: all features it worked on, in order; `feature_id` is the last of them.
         */
        SessionView: {
            /** Agent */
            agent: string;
            /**
             * Cache Read Tokens
             * @default 0
             */
            cache_read_tokens?: number;
            /**
             * Cache Write Tokens
             * @default 0
             */
            cache_write_tokens?: number;
            /** Cost Usd */
            cost_usd: number;
            /** Detail */
            detail: string | null;
            /** Estimated */
            estimated: boolean;
            /** Feature Id */
            feature_id: number | null;
            /** Feature Ids */
            feature_ids: number[];
            /** Finished At */
            finished_at: string | null;
            /** Id */
            id: number;
            /**
             * Input Tokens
             * @default 0
             */
            input_tokens?: number;
            /** Model Session Id */
            model_session_id: string | null;
            /** Outcome */
            outcome: string | null;
            /**
             * Output Tokens
             * @default 0
             */
            output_tokens?: number;
            /** Reservation Usd */
            reservation_usd: number;
            /**
             * Role
             * @enum {string}
             */
            role: "initializer" | "coder" | "tester" | "assistant" | "person" | "harness";
            /** Run Id */
            run_id: number;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
        };
        /**
         * SetupCheck
         * @description One thing a run needs. `missing`: a run would fail without it.
         */
        SetupCheck: {
            /** Detail */
            detail: string;
            /** Name */
            name: string;
            /** Remedy */
            remedy?: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "ok" | "warning" | "missing";
        };
        /**
         * SetupStatus
         * @description Whether runs can be started here.
         */
        SetupStatus: {
            /** Checks */
            checks: components["schemas"]["SetupCheck"][];
            /** Demo */
            demo: boolean;
            /** Ready */
            ready: boolean;
            /** Version */
            version: string;
        };
        /**
         * Stats
         * @description How the backlog stands. `failing` were green once; `blocked` wait for others; `percentage` is 0..100.
         */
        Stats: {
            /** Blocked */
            blocked: number;
            /** Failing */
            failing: number;
            /** Green */
            green: number;
            /** Guarded */
            guarded: number;
            /** In Progress */
            in_progress: number;
            /** Needs Input */
            needs_input: number;
            /** Passing */
            passing: number;
            /** Pending */
            pending: number;
            /** Percentage */
            percentage: number;
            /** Proven */
            proven: number;
            /** Ready */
            ready: number;
            /** Total */
            total: number;
            /** Unproven */
            unproven: number;
        };
        /** StoredAgentStatus */
        StoredAgentStatus: {
            /**
             * Reason
             * @default null
             */
            reason?: string | null;
            /**
             * Run Id
             * @default null
             */
            run_id?: number | null;
            /** Seq */
            seq: number;
            /**
             * Status
             * @enum {string}
             */
            status: "running" | "paused" | "stopping" | "stopped" | "crashed" | "parked" | "finished";
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp?: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "agent_status";
            /**
             * Until
             * @default null
             */
            until?: string | null;
        };
        /** StoredAgentUpdate */
        StoredAgentUpdate: {
            /** Agent */
            agent: string;
            /**
             * Feature Id
             * @default null
             */
            feature_id?: number | null;
            /**
             * Role
             * @enum {string}
             */
            role: "initializer" | "coder" | "tester" | "assistant" | "person" | "harness";
            /** Seq */
            seq: number;
            /**
             * Session Id
             * @default null
             */
            session_id?: number | null;
            /**
             * State
             * @enum {string}
             */
            state: "starting" | "working" | "verifying" | "waiting" | "finished";
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp?: string;
            /**
             * Tool
             * @default null
             */
            tool?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "agent_update";
        };
        /** StoredDevLog */
        StoredDevLog: {
            /**
             * Level
             * @default info
             * @enum {string}
             */
            level?: "debug" | "info" | "warning" | "error";
            /** Line */
            line: string;
            /** Seq */
            seq: number;
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp?: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "dev_log";
        };
        /** StoredDevServerStatus */
        StoredDevServerStatus: {
            /**
             * Reason
             * @default null
             */
            reason?: string | null;
            /** Seq */
            seq: number;
            /**
             * Status
             * @enum {string}
             */
            status: "starting" | "running" | "stopped" | "crashed";
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp?: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "dev_server_status";
            /**
             * Url
             * @default null
             */
            url?: string | null;
        };
        /** StoredFeatureUpdate */
        StoredFeatureUpdate: {
            /** Actor */
            actor: string;
            /** Change */
            change: string;
            /**
             * Deleted
             * @default false
             */
            deleted?: boolean;
            /**
             * Feature
             * @default null
             */
            feature?: {
                [key: string]: unknown;
            } | null;
            /** Feature Id */
            feature_id: number;
            /**
             * Note
             * @default null
             */
            note?: string | null;
            /** Seq */
            seq: number;
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp?: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "feature_update";
        };
        /** StoredLog */
        StoredLog: {
            /**
             * Agent
             * @default null
             */
            agent?: string | null;
            /**
             * Feature Id
             * @default null
             */
            feature_id?: number | null;
            /**
             * Level
             * @default info
             * @enum {string}
             */
            level?: "debug" | "info" | "warning" | "error";
            /** Line */
            line: string;
            /**
             * Origin
             * @default harness
             * @enum {string}
             */
            origin?: "agent" | "tool" | "result" | "harness";
            /** Seq */
            seq: number;
            /**
             * Session Id
             * @default null
             */
            session_id?: number | null;
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp?: string;
            /**
             * Tool
             * @default null
             */
            tool?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "log";
        };
        /** StoredProgress */
        StoredProgress: {
            /** In Progress */
            in_progress: number;
            /** Passing */
            passing: number;
            /** Percentage */
            percentage: number;
            /** Proven */
            proven: number;
            /** Seq */
            seq: number;
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp?: string;
            /** Total */
            total: number;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "progress";
            /** Unproven */
            unproven: number;
        };
        /** StoredSessionEvent */
        StoredSessionEvent: {
            /** Agent */
            agent: string;
            /**
             * Detail
             * @default null
             */
            detail?: string | null;
            /**
             * Feature Id
             * @default null
             */
            feature_id?: number | null;
            /**
             * Feature Ids
             * @default []
             */
            feature_ids?: number[];
            /**
             * Outcome
             * @default null
             */
            outcome?: string | null;
            /**
             * Role
             * @enum {string}
             */
            role: "initializer" | "coder" | "tester" | "assistant" | "person" | "harness";
            /** Run Id */
            run_id: number;
            /** Seq */
            seq: number;
            /** Session Id */
            session_id: number;
            /**
             * State
             * @enum {string}
             */
            state: "started" | "finished";
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp?: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "session";
        };
        /** StoredUsage */
        StoredUsage: {
            /**
             * Cache Read Tokens
             * @default 0
             */
            cache_read_tokens?: number;
            /**
             * Cache Write Tokens
             * @default 0
             */
            cache_write_tokens?: number;
            /**
             * Cost Usd
             * @default 0
             */
            cost_usd?: number;
            /**
             * Estimated
             * @default false
             */
            estimated?: boolean;
            /**
             * Feature Id
             * @default null
             */
            feature_id?: number | null;
            /**
             * Input Tokens
             * @default 0
             */
            input_tokens?: number;
            /**
             * Output Tokens
             * @default 0
             */
            output_tokens?: number;
            /** Run Id */
            run_id: number;
            /** Seq */
            seq: number;
            /** Session Id */
            session_id: number;
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp?: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "usage";
        };
        /** StoredVerification */
        StoredVerification: {
            /**
             * Detail
             * @default null
             */
            detail?: string | null;
            /** Feature Id */
            feature_id: number;
            /**
             * Output
             * @default null
             */
            output?: string | null;
            /** Seq */
            seq: number;
            /**
             * State
             * @enum {string}
             */
            state: "queued" | "running" | "passed" | "failed" | "broken" | "cancelled";
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp?: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "verification";
            /** Verification Id */
            verification_id: number;
        };
        /**
         * TimelineEntry
         * @description One reason why a card is where it is: `text` is a sentence, `note` what was said about it.
         */
        TimelineEntry: {
            /** Actor */
            actor: string;
            /** Change */
            change: string;
            /**
             * Commit
             * @description The commit at which it turned green
             */
            commit?: string | null;
            /** Note */
            note?: string | null;
            /** Seq */
            seq: number;
            /** Text */
            text: string;
            /**
             * Timestamp
             * Format: date-time
             */
            timestamp: string;
            /**
             * Verification Id
             * @description The run of its check that is meant
             */
            verification_id?: number | null;
        };
        /**
         * UndoFeature
         * @description Why the work is taken back, for who works on it next.
         */
        UndoFeature: {
            /**
             * Reason
             * @default
             */
            reason?: string;
        };
        /**
         * UndoneFeature
         * @description A feature whose work was taken back. `commit` reverts the commits `reverted`.
         */
        UndoneFeature: {
            /** Commit */
            commit: string;
            feature: components["schemas"]["FeatureView"];
            /**
             * Note
             * @description Why the project's folder does not follow; null when it does
             */
            note: string | null;
            /** Reverted */
            reverted: string[];
            /**
             * Stale
             * @description The features whose checks run again: they touch the same files or build on it
             */
            stale: number[];
        };
        /**
         * UndoPreview
         * @description What an undo would do: revert `commits`, and have the features in `stale` checked again.
         */
        UndoPreview: {
            /** Commits */
            commits: string[];
            /**
             * Obstacle
             * @description Why it would be refused; null when it would not
             */
            obstacle: string | null;
            /** Stale */
            stale: components["schemas"]["AffectedFeature"][];
        };
        /**
         * Usage
         * @description What a project has cost. `estimated`: not all of it is exact, since a session goes on or a subscription pays.
         */
        Usage: {
            /**
             * Budget Usd
             * @description Most that may be spent in a day (UTC)
             */
            budget_usd: number | null;
            /** Cache Read Tokens */
            cache_read_tokens: number;
            /** Cache Write Tokens */
            cache_write_tokens: number;
            /** Days */
            days: components["schemas"]["DayUsage"][];
            /** Estimated */
            estimated: boolean;
            /** Input Tokens */
            input_tokens: number;
            /** Output Tokens */
            output_tokens: number;
            /**
             * Reserved Usd
             * @description What sessions that are running may still spend
             */
            reserved_usd: number;
            /** Today Estimated */
            today_estimated: boolean;
            /** Today Usd */
            today_usd: number;
            /** Total Usd */
            total_usd: number;
        };
        /**
         * UsageTotals
         * @description Sums over sessions. `reserved_usd` is what open sessions may still spend beyond their `cost_usd`.
         */
        UsageTotals: {
            /**
             * Cache Read Tokens
             * @default 0
             */
            cache_read_tokens?: number;
            /**
             * Cache Write Tokens
             * @default 0
             */
            cache_write_tokens?: number;
            /** Cost Usd */
            cost_usd: number;
            /** Estimated */
            estimated: boolean;
            /**
             * Input Tokens
             * @default 0
             */
            input_tokens?: number;
            /**
             * Output Tokens
             * @default 0
             */
            output_tokens?: number;
            /** Reserved Usd */
            reserved_usd: number;
            /** Sessions */
            sessions: number;
        };
        /**
         * VerificationView
         * @description One run of a feature's check. A receipt is one whose state is `passed`.
         */
        VerificationView: {
            /** Artefacts */
            artefacts: string[];
            /** Check Hash */
            check_hash: string;
            /** Command */
            command: string;
            /** Commit */
            commit: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Detail */
            detail: string | null;
            /** Executor */
            executor: string | null;
            /** Exit Base */
            exit_base: number | null;
            /** Exit Head */
            exit_head: number | null;
            /** Feature Id */
            feature_id: number;
            /** Finished At */
            finished_at: string | null;
            /** Id */
            id: number;
            /** Output */
            output: string;
            /**
             * Policy
             * @enum {string}
             */
            policy: "proven" | "green" | "off";
            /** Requested By */
            requested_by: string;
            /** Seconds */
            seconds: number | null;
            /**
             * State
             * @enum {string}
             */
            state: "queued" | "running" | "passed" | "failed" | "broken" | "cancelled";
            /** Token */
            token: number;
            /** Tree */
            tree: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    createDirectory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PathInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Directory"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getHomeDirectory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HomeDirectory"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listDirectory: {
        parameters: {
            query?: {
                path?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Directory"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    checkPath: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PathInput"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PathCheck"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listProjects: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"][];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createProject: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteProject: {
        parameters: {
            query?: {
                /** @description Also its folder, where AutoCoder made it */
                delete_files?: boolean;
            };
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updateProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    pauseAgents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentStatus"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resumeAgents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentStatus"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    startAgents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentStart"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentStatus"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getAgentStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentStatus"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    stopAgents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentStatus"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                after?: number | null;
                before?: number | null;
                feature_id?: number | null;
                /** @description Comma-separated types of events */
                kinds?: string | null;
                limit?: number;
                session_id?: number | null;
            };
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventsPage"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    exportFeatures: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedFeature"][];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listFeatures: {
        parameters: {
            query?: {
                /** @description board: short cards, with an ETag */
                view?: "full" | "board";
            };
            header?: {
                "accept-encoding"?: string;
                "if-none-match"?: string | null;
            };
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeatureColumns"] | components["schemas"]["Board"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createFeature: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeatureCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeatureView"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getFeature: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeatureView"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteFeature: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updateFeature: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeaturePatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeatureView"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    setDependencies: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Dependencies"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeatureView"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    addDependency: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The feature that has to pass first */
                depends_on: number;
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeatureView"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    removeDependency: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The feature that has to pass first */
                depends_on: number;
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeatureView"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getChanges: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changes"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listReceipts: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerificationView"][];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getPicture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                name: string;
                /** @description The project's name */
                project: string;
                /** @description The run of the check */
                receipt_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": unknown;
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    answerFeature: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Answers"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeatureView"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    restoreFeature: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeatureView"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    skipFeature: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeatureView"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getTimeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelineEntry"][];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    previewUndo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UndoPreview"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    undoFeature: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UndoFeature"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UndoneFeature"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getFeatureUsage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageTotals"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    verifyFeature: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                feature_id: number;
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerificationView"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createFeatures: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeatureBulk"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeatureView"][];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getFeatureGraph: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Graph"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    importProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getPrompts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Prompts"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    savePrompts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromptsUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Prompts"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resetProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listRuns: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunView"][];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
                run_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
                session_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getStats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getUsage: {
        parameters: {
            query?: {
                days?: number;
            };
            header?: never;
            path: {
                /** @description The project's name */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstallationSettings"];
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Models"];
                };
            };
        };
    };
    getSetupStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupStatus"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
}
