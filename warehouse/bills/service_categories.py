"""FOCUS service categories of real services, for bills that give none.

A service is listed as the bills write it: AWS by product name, by Cost Explorer's name and by
product code, Azure by meter category, Google Cloud and Oracle by service description. A service
that isn't listed is Other.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OTHER = "Other"

_AWS: Mapping[str, tuple[str, ...]] = {
    "Compute": (
        "Amazon Elastic Compute Cloud", "Amazon Elastic Compute Cloud - Compute", "Amazon EC2",
        "AmazonEC2", "EC2 - Other", "EC2-Instances", "EC2-Other", "AWS Lambda", "AWSLambda",
        "Amazon Elastic Container Service", "Amazon ECS", "AmazonECS",
        "Amazon Elastic Container Service for Kubernetes", "Amazon Elastic Kubernetes Service",
        "Amazon EKS", "AmazonEKS", "Amazon EC2 Container Registry (ECR)",
        "Amazon Elastic Container Registry", "Amazon ECR", "AmazonECR", "AmazonECRPublic",
        "Amazon Elastic Container Registry Public", "AWS Fargate", "AWS Batch", "Amazon Lightsail",
        "AmazonLightsail", "AWS App Runner", "AWSAppRunner", "AWS Elastic Beanstalk",
        "AWS Outposts", "Auto Scaling", "Savings Plans for AWS Compute usage",
        "ComputeSavingsPlans", "AWS Parallel Computing Service", "EC2 Image Builder",
        "AWS Elastic VMware Service", "VMware Cloud on AWS",
    ),
    "Storage": (
        "Amazon Simple Storage Service", "Amazon S3", "AmazonS3", "Amazon Elastic Block Store",
        "Amazon EBS", "Amazon Elastic File System", "Amazon EFS", "AmazonEFS", "Amazon FSx",
        "AmazonFSx", "Amazon Glacier", "Amazon S3 Glacier", "AmazonGlacier",
        "Amazon S3 Glacier Deep Archive", "AmazonS3GlacierDeepArchive", "AWS Backup", "AWSBackup",
        "AWS Storage Gateway", "AWSStorageGateway", "AWS Import/Export Snowball", "AWS Snowball",
    ),
    "Databases": (
        "Amazon Relational Database Service", "Amazon RDS", "AmazonRDS", "Amazon RDS Service",
        "Amazon Aurora", "Amazon DynamoDB", "AmazonDynamoDB", "Amazon ElastiCache",
        "AmazonElastiCache", "Amazon DocumentDB (with MongoDB compatibility)",
        "Amazon DocumentDB", "AmazonDocDB", "Amazon Neptune", "AmazonNeptune",
        "Amazon Keyspaces (for Apache Cassandra)", "AmazonMCS", "Amazon MemoryDB",
        "AmazonMemoryDB", "Amazon MemoryDB for Redis", "Amazon Timestream", "AmazonTimestream",
        "Amazon Quantum Ledger Database", "Amazon SimpleDB", "AmazonSimpleDB", "Amazon Aurora DSQL",
        "Database Savings Plans for AWS Database usage",
    ),
    "Networking": (
        "Amazon Virtual Private Cloud", "Amazon VPC", "AmazonVPC", "Amazon CloudFront",
        "AmazonCloudFront", "Elastic Load Balancing", "AWSELB", "Amazon Route 53",
        "AmazonRoute53", "AWS Direct Connect", "AWSDirectConnect", "AWS Data Transfer",
        "AWSDataTransfer", "AWS Global Accelerator", "AWSGlobalAccelerator",
        "AWS Transit Gateway", "AWS Cloud WAN", "AWS Cloud Map", "AWS PrivateLink",
        "Amazon VPC Lattice", "AWS App Mesh", "AWS VPN", "Amazon Registrar", "AmazonRegistrar",
    ),
    "Security": (
        "AWS Key Management Service", "AWS KMS", "awskms", "AWS Secrets Manager",
        "AWSSecretsManager", "AWS WAF", "awswaf", "AWS Shield", "AWSShield", "Amazon GuardDuty",
        "AmazonGuardDuty", "Amazon Inspector", "AmazonInspector", "AmazonInspectorV2",
        "Amazon Macie", "AmazonMacie", "AWS Security Hub", "AWSSecurityHub",
        "AWS Certificate Manager", "AWSCertificateManager", "AWS CloudHSM", "CloudHSM",
        "AWS Network Firewall", "AWSNetworkFirewall", "AWS Firewall Manager", "AWSFMS",
        "Amazon Detective", "AmazonDetective", "Amazon Security Lake", "AWS Payment Cryptography",
        "AWS Private Certificate Authority",
    ),
    "Identity": (
        "Amazon Cognito", "AmazonCognito", "AWS Directory Service", "AWSDirectoryService",
        "AWS IAM Identity Center", "AWS Identity and Access Management",
        "AWS IAM Access Analyzer", "Amazon Verified Permissions",
    ),
    "Management and Governance": (
        "AmazonCloudWatch", "Amazon CloudWatch", "CloudWatch Events", "AWS CloudTrail",
        "AWSCloudTrail", "AWS Config", "AWSConfig", "AWS Systems Manager", "AWSSystemsManager",
        "AWS CloudFormation", "AWSCloudFormation", "AWS Service Catalog", "AWS Control Tower",
        "AWS Organizations", "AWS Cost Explorer", "AWSCostExplorer", "AWS Budgets",
        "AWS Trusted Advisor", "AWS Support (Basic)", "AWS Support (Developer)",
        "AWS Support (Business)", "AWS Support (Enterprise)", "AWS Support [Business]",
        "AWSSupportBusiness", "AWSSupportEnterprise", "AWSDeveloperSupport", "OCBPremiumSupport",
        "Amazon Managed Grafana", "Amazon Managed Service for Prometheus", "AmazonPrometheus",
        "AWS Resilience Hub", "AWS License Manager",
    ),
    "Analytics": (
        "AWS Glue", "AWSGlue", "Amazon Athena", "AmazonAthena", "Amazon Redshift",
        "AmazonRedshift", "Amazon Elastic MapReduce", "Amazon EMR", "ElasticMapReduce",
        "Amazon Kinesis", "AmazonKinesis", "Amazon Kinesis Firehose", "AmazonKinesisFirehose",
        "Amazon Data Firehose", "Amazon Kinesis Analytics", "AmazonKinesisAnalytics",
        "Amazon Managed Service for Apache Flink", "Amazon OpenSearch Service",
        "Amazon Elasticsearch Service", "AmazonES", "Amazon QuickSight", "AmazonQuickSight",
        "Amazon Managed Streaming for Apache Kafka", "AmazonMSK", "AWS Lake Formation",
        "Amazon CloudSearch", "AWS Data Exchange", "AWS Data Pipeline", "Amazon DataZone",
        "AWS Clean Rooms",
    ),
    "AI and Machine Learning": (
        "Amazon SageMaker", "AmazonSageMaker", "Amazon Bedrock", "AmazonBedrock",
        "Amazon Bedrock Service", "Amazon Rekognition", "AmazonRekognition", "Amazon Textract",
        "AmazonTextract", "Amazon Comprehend", "comprehend", "Amazon Translate", "translate",
        "Amazon Polly", "AmazonPolly", "Amazon Transcribe", "transcribe", "Amazon Lex",
        "AmazonLex", "Amazon Kendra", "AmazonKendra", "Amazon Personalize", "Amazon Forecast",
        "Amazon Q", "AmazonQ", "Amazon Fraud Detector", "Machine Learning Savings Plans",
    ),
    "Integration": (
        "Amazon Simple Queue Service", "Amazon SQS", "AWSQueueService",
        "Amazon Simple Notification Service", "Amazon SNS", "AmazonSNS", "Amazon EventBridge",
        "AWSEvents", "AWS Step Functions", "AmazonStates", "Amazon API Gateway",
        "AmazonApiGateway", "Amazon MQ", "AmazonMQ", "AWS AppSync", "AWSAppSync",
        "Amazon AppFlow", "Amazon Simple Workflow Service", "AWS B2B Data Interchange",
        "Amazon Managed Workflows for Apache Airflow", "AmazonMWAA",
    ),
    "Developer Tools": (
        "AWS CodeBuild", "CodeBuild", "AWS CodePipeline", "AWSCodePipeline", "AWS CodeCommit",
        "AWSCodeCommit", "AWS CodeArtifact", "AWSCodeArtifact", "AWS CodeDeploy",
        "AWSCodeDeploy", "AWS X-Ray", "AWSXRay", "AWS Cloud9", "AWS CloudShell", "AWS Device Farm",
        "AWSDeviceFarm", "Amazon CodeGuru", "CodeWhisperer", "AWS Fault Injection Service",
    ),
    "Business Applications": (
        "Amazon WorkSpaces", "AmazonWorkSpaces", "Amazon WorkMail", "AmazonWorkMail",
        "Amazon Connect", "AmazonConnect", "Amazon Chime", "AmazonChime", "Amazon WorkDocs",
        "AmazonWorkDocs", "Amazon Simple Email Service", "Amazon SES", "AmazonSES",
        "Amazon AppStream", "AmazonAppStream", "Amazon Pinpoint", "AmazonPinpoint",
        "AWS End User Messaging", "AWS Wickr",
    ),
    "Migration": (
        "AWS Database Migration Service", "AWSDatabaseMigrationSvc",
        "AWS Application Migration Service", "AWS DataSync", "AWSDataSync",
        "AWS Transfer Family", "AWSTransfer", "AWS Migration Hub",
        "AWS Migration Hub Refactor Spaces", "AWSMigrationHubRefactorSpaces",
        "AWS Elastic Disaster Recovery", "AWS Mainframe Modernization",
        "AWS Application Discovery Service", "CloudEndure Disaster Recovery to AWS",
    ),
    "Media": (
        "AWS Elemental MediaConvert", "AWS Elemental MediaLive", "AWS Elemental MediaPackage",
        "AWS Elemental MediaStore", "AWS Elemental MediaTailor", "Amazon Kinesis Video Streams",
        "Amazon Interactive Video Service", "Amazon Elastic Transcoder", "Amazon Nimble Studio",
    ),
    "Internet of Things": (
        "AWS IoT", "AWSIoT", "AWS IoT Core", "AWS IoT Analytics", "AWS IoT Device Defender",
        "AWS IoT Device Management", "AWSIoTDeviceManagement", "AWS IoT Events",
        "AWS IoT Greengrass", "AWSGreengrass", "AWS IoT SiteWise", "AWS IoT TwinMaker",
    ),
    "Mobile": ("AWS Amplify", "AWSAmplify", "AWS Mobile Hub"),
    "Web": ("Amazon Location Service", "AmazonLocationService"),
    "Other": ("AWS Marketplace", "Amazon Mechanical Turk", "Amazon Braket", "AWS Ground Station"),
}  # fmt: skip

_AZURE: Mapping[str, tuple[str, ...]] = {
    "Compute": (
        "Virtual Machines", "Virtual Machines Licenses", "Azure Virtual Machines",
        "Virtual Machine Scale Sets", "Azure App Service", "App Service", "Azure Functions",
        "Functions", "Container Instances", "Azure Container Instances", "Container Registry",
        "Azure Container Registry", "Azure Container Apps", "Azure Kubernetes Service",
        "Kubernetes Service", "Cloud Services", "Azure Batch", "Batch", "Service Fabric",
        "Azure Spring Apps", "Azure Spring Cloud", "Azure VMware Solution", "Azure Dedicated Host",
        "Azure Red Hat OpenShift", "Azure Arc Enabled Servers", "Windows Virtual Desktop",
        "Azure Virtual Desktop", "Azure Lab Services", "Azure DevTest Labs",
    ),
    "Storage": (
        "Storage", "Storage Accounts", "Azure Storage", "Azure Blob Storage", "Azure Files",
        "Managed Disks", "Azure NetApp Files", "Azure Data Lake Storage Gen1",
        "Azure Data Lake Storage Gen2", "Backup", "Azure Backup", "Azure Elastic SAN",
        "Azure HPC Cache", "Azure Managed Lustre", "StorSimple", "Data Box", "Azure Data Box",
    ),
    "Databases": (
        "SQL Database", "Azure SQL Database", "SQL Managed Instance", "Azure SQL Managed Instance",
        "Azure Cosmos DB", "Azure Database for MySQL", "Azure Database for PostgreSQL",
        "Azure Database for MariaDB", "Azure Cache for Redis", "Redis Cache",
        "Azure Managed Redis", "SQL Server", "Azure Managed Instance for Apache Cassandra",
        "SQL Server Stretch Database",
    ),
    "Networking": (
        "Bandwidth", "Virtual Network", "Azure Virtual Network", "Load Balancer",
        "Application Gateway", "VPN Gateway", "ExpressRoute", "Azure ExpressRoute",
        "Azure Front Door Service", "Azure Front Door", "Content Delivery Network", "Azure DNS",
        "Traffic Manager", "NAT Gateway", "Virtual WAN", "Azure Bastion", "Network Watcher",
        "Azure Private Link", "Route Server", "Rtn Preference: MGN", "Virtual Network Manager",
    ),
    "Security": (
        "Microsoft Defender for Cloud", "Security Center", "Advanced Threat Protection",
        "Advanced Data Security",
        "Azure DDOS Protection", "Azure Firewall", "Azure Firewall Manager", "Key Vault",
        "Azure Key Vault", "Sentinel", "Microsoft Sentinel", "Azure Dedicated HSM",
        "Azure Web Application Firewall", "Microsoft Purview", "Azure Confidential Ledger",
    ),
    "Identity": (
        "Azure Active Directory", "Azure Active Directory B2C",
        "Azure Active Directory for External Identities",
        "Azure Active Directory Domain Services", "Microsoft Entra ID", "Microsoft Entra",
        "Microsoft Entra Domain Services", "Multi-Factor Authentication",
    ),
    "Management and Governance": (
        "Azure Monitor", "Log Analytics", "Application Insights", "Automation",
        "Azure Automation", "Azure Site Recovery", "Azure Policy", "Azure Advisor", "Azure Arc",
        "Insight and Analytics", "Azure Grafana Service", "Azure Managed Grafana", "Scheduler",
        "Azure Update Manager", "Support",
    ),
    "Analytics": (
        "Azure Synapse Analytics", "SQL Data Warehouse", "Azure Databricks", "HDInsight",
        "Azure Data Factory", "Azure Data Factory v2", "Data Factory", "Azure Data Explorer",
        "Azure Analysis Services", "Power BI Embedded", "Power BI", "Stream Analytics",
        "Event Hubs", "Azure Data Share", "Data Lake Analytics", "Data Catalog",
        "Azure Purview", "Microsoft Fabric", "Fabric",
    ),
    "AI and Machine Learning": (
        "Azure Machine Learning", "Machine Learning Studio", "Machine Learning service",
        "Cognitive Services", "Azure Cognitive Services", "Azure OpenAI", "Azure OpenAI Service",
        "Azure Cognitive Search", "Azure AI Search", "Azure AI services", "Foundry Models",
        "Azure Bot Service", "Azure Applied AI Services", "Foundry Tools",
    ),
    "Integration": (
        "Service Bus", "Logic Apps", "API Management", "Event Grid", "Azure Relay",
        "Notification Hubs", "Azure API Center", "BizTalk Services", "Azure Health Data Services",
    ),
    "Developer Tools": (
        "Azure DevOps", "Visual Studio", "Visual Studio Subscription", "Azure Load Testing",
        "Microsoft Dev Box", "GitHub", "Azure App Configuration", "App Configuration",
        "Azure Deployment Environments", "Microsoft Playwright Testing",
    ),
    "Internet of Things": (
        "IoT Hub", "Azure IoT Hub", "IoT Central", "Azure IoT Central", "Azure Digital Twins",
        "Time Series Insights", "Azure Maps", "Windows 10 IoT Core Services", "Azure Sphere",
    ),
    "Business Applications": (
        "Power Apps", "Power Automate", "Dynamics 365", "Microsoft 365", "Office 365",
        "Microsoft Copilot Studio", "Azure Communication Services", "Email", "SMS", "Voice Calling",
        "Syntex",
    ),
    "Media": ("Media Services", "Azure Media Services", "Azure Video Indexer"),
    "Migration": ("Azure Migrate", "Azure Database Migration Service"),
    "Web": ("Azure Static Web Apps", "SignalR", "Azure SignalR Service", "Web PubSub"),
}  # fmt: skip

_GOOGLE: Mapping[str, tuple[str, ...]] = {
    "Compute": (
        "Compute Engine", "Google Compute Engine", "Kubernetes Engine", "Google Kubernetes Engine",
        "GKE", "Cloud Run", "Cloud Run Functions", "Cloud Functions", "App Engine",
        "Google App Engine", "Artifact Registry", "Container Registry Vulnerability Scanning",
        "VMware Engine", "Google Cloud VMware Engine", "Bare Metal Solution", "Cloud Batch",
        "Cloud TPU",
    ),
    "Storage": (
        "Cloud Storage", "Google Cloud Storage", "Cloud Filestore", "Filestore",
        "Backup and DR Service", "Backup for GKE", "NetApp Volumes", "Persistent Disk",
        "Cloud Storage for Firebase", "Parallelstore", "Storage Transfer Service",
    ),
    "Databases": (
        "Cloud SQL", "Google Cloud SQL", "Cloud Spanner", "Spanner", "Cloud Bigtable", "Bigtable",
        "Cloud Firestore", "Firestore", "Cloud Datastore", "Firebase Realtime Database",
        "Cloud Memorystore for Redis", "Cloud Memorystore", "Memorystore for Redis",
        "Memorystore for Valkey", "Cloud Memorystore for Memcached", "AlloyDB",
    ),
    "Networking": (
        "Networking", "Cloud DNS", "Cloud Load Balancing", "Cloud CDN", "Cloud NAT",
        "Cloud Interconnect", "Cloud VPN", "Network Connectivity Center",
        "Network Intelligence Center", "Cloud Domains", "Media CDN", "Traffic Director",
    ),
    "Security": (
        "Cloud Key Management Service (KMS)", "Cloud KMS", "Secret Manager",
        "Security Command Center", "Cloud Armor", "Cloud Data Loss Prevention",
        "Sensitive Data Protection", "Certificate Authority Service", "reCAPTCHA Enterprise",
        "Chronicle", "Web Risk", "Assured Workloads", "Access Transparency",
    ),
    "Identity": (
        "Identity Platform", "Cloud Identity", "Managed Service for Microsoft Active Directory",
    ),
    "Management and Governance": (
        "Cloud Logging", "Cloud Monitoring", "Stackdriver", "Stackdriver Logging",
        "Stackdriver Monitoring", "Cloud Operations", "Cloud Trace", "Cloud Deployment Manager",
        "Cloud Asset Inventory", "Cloud Support", "Recommender",
    ),
    "Analytics": (
        "BigQuery", "BigQuery Reservation API", "BigQuery BI Engine", "BigQuery Storage API",
        "BigQuery Data Transfer Service", "Cloud Dataflow", "Dataflow", "Cloud Dataproc",
        "Dataproc", "Dataproc Metastore", "Cloud Data Fusion", "Dataplex", "Looker",
        "Looker Studio", "Cloud Dataprep", "Data Catalog API", "Managed Service for Apache Kafka",
    ),
    "AI and Machine Learning": (
        "Vertex AI", "AI Platform", "Cloud AutoML", "Cloud Vision API", "Cloud Natural Language",
        "Cloud Natural Language API", "Cloud Speech API", "Cloud Speech-to-Text",
        "Cloud Text-to-Speech API", "Cloud Translation", "Cloud Translation API", "Translate",
        "Cloud Document AI API", "Document AI", "Dialogflow API", "Dialogflow", "Gemini API",
        "Vertex AI Search", "Cloud Machine Learning Engine", "Cloud Video Intelligence API",
    ),
    "Integration": (
        "Cloud Pub/Sub", "Pub/Sub", "Cloud Tasks", "Cloud Scheduler", "Workflows", "Apigee",
        "Eventarc", "API Gateway", "Cloud Composer", "Application Integration",
        "Cloud Healthcare API", "Service Control", "Cloud Endpoints",
    ),
    "Developer Tools": (
        "Cloud Build", "Source Repository", "Cloud Source Repositories", "Cloud Workstations",
        "Cloud Deploy", "Firebase Test Lab", "Cloud Shell",
    ),
    "Mobile": ("Firebase", "Firebase Hosting", "Firebase Auth", "Firebase Cloud Messaging"),
    "Internet of Things": ("Cloud IoT Core",),
    "Business Applications": ("Google Workspace", "Contact Center AI", "AppSheet"),
    "Media": ("Transcoder API", "Live Stream API"),
    "Migration": ("Database Migration Service", "Migrate for Compute Engine", "Transfer Appliance"),
    "Web": ("Maps API", "Google Maps Platform", "Places API", "Geocoding API", "Directions API"),
}  # fmt: skip

_ORACLE: Mapping[str, tuple[str, ...]] = {
    "Compute": ("COMPUTE", "Oracle Compute", "FUNCTIONS", "CONTAINER_ENGINE_FOR_KUBERNETES",
                "Oracle Cloud VMware Solution"),
    "Storage": ("BLOCK_STORAGE", "OBJECT_STORAGE", "OBJECTSTORE", "FILE_STORAGE"),
    "Databases": ("DATABASE", "AUTONOMOUS_DATABASE", "ADW", "ATP", "MYSQL", "NOSQL",
                  "Exadata", "Exadata Cloud Service", "Autonomous Database"),
    "Networking": ("NETWORK", "LOAD_BALANCER", "FASTCONNECT", "DNS", "NETWORK_LOAD_BALANCER"),
    "Security": ("KEY_MANAGEMENT", "VAULT", "WAF", "CLOUD_GUARD"),
    "Management and Governance": ("LOGGING", "MONITORING", "TELEMETRY"),
    "Analytics": ("ANALYTICS", "DATA_INTEGRATION", "DATAFLOW", "BIG_DATA"),
    "Integration": ("INTEGRATION", "STREAMING", "API_GATEWAY", "NOTIFICATIONS"),
}  # fmt: skip

_ANY: Mapping[str, tuple[str, ...]] = {
    "Compute": ("Compute", "Kubernetes", "Containers", "Serverless"),
    "Databases": ("Database", "Databases"),
    "Networking": ("Network", "Data Transfer", "Load Balancing"),
    "AI and Machine Learning": ("AI", "Machine Learning"),
    "Management and Governance": ("Management", "Monitoring"),
    "Security": ("Security",),
}
"""Plain words, as hand-made tables of cost use them."""


def _by_service() -> dict[str, str]:
    tables = (_ANY, _ORACLE, _GOOGLE, _AZURE, _AWS)
    return {
        name.lower(): category
        for table in tables
        for category, names in table.items()
        for name in names
    }


CATEGORY_OF_SERVICE: Mapping[str, str] = MappingProxyType(_by_service())
"""Category by the service's name in small letters."""

CATEGORY_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "Database": "Databases",
        "Network": "Networking",
        "AI & Machine Learning": "AI and Machine Learning",
        "AI and ML": "AI and Machine Learning",
        "Management & Governance": "Management and Governance",
        "IoT": "Internet of Things",
        "Developer Tool": "Developer Tools",
    }
)
"""What exports write for a category of FOCUS, though FOCUS writes it otherwise."""
